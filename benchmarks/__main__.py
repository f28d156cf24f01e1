"""`make bench`: training against `fit`, memory, the stage's frames, first drawing, press to result."""

from __future__ import annotations

import subprocess
import sys

PARTS = ("training", "memory", "stage", "page", "press", "shapes")

if __name__ == "__main__":
    # One process a part: TensorFlow's threads must not slow the browser's frames.
    codes = [subprocess.run([sys.executable, "-m", f"benchmarks.{part}"]).returncode for part in PARTS]
    sys.exit(any(codes))  # a part that a signal killed has a code below zero
