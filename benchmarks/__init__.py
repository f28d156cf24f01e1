"""What EchoViz costs, each number beside the thing it is measured against, in one run."""
