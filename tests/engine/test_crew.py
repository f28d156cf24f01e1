"""Who is given the next training, who stands by, and who hangs."""

from __future__ import annotations

from echoviz.engine.crew import HANDS, HANDS_FOR_SHORT, MUTE_FACTOR, THREADS_FOR_QUESTIONS, Crew, WorkerSeen

THREADS = HANDS + THREADS_FOR_QUESTIONS


def make_crew(*addresses: str, duty: int | None = None, threads: int = THREADS) -> Crew:
    crew = Crew(duty, hung_after=3)
    crew.look({address: WorkerSeen(1.0, threads) for address in addresses})
    for address in addresses:
        crew.mark_ready(address)
    return crew


def test_nobody_is_given_anything_before_it_is_ready() -> None:
    crew = Crew(1, hung_after=3)
    crew.look({"a": WorkerSeen(1.0, THREADS)})
    assert not crew.has_hand(is_long=False)
    crew.mark_ready("a")
    assert crew.on_duty == ("a",)


def test_who_has_least_in_hand_is_given_more() -> None:
    crew = make_crew("a", "b")
    assert [crew.take(f"{task}", is_long=False) for task in range(4)] == ["a", "b", "a", "b"]
    crew.free("1")
    assert crew.take("4", is_long=False) == "b"


def test_long_ones_leave_hands_for_short_ones() -> None:
    crew = make_crew("a")
    for task in range(HANDS - HANDS_FOR_SHORT):
        assert crew.has_hand(is_long=True)
        crew.take(f"{task}", is_long=True)
    assert not crew.has_hand(is_long=True)
    for task in range(HANDS_FOR_SHORT):
        assert crew.has_hand(is_long=False)
        crew.take(f"short {task}", is_long=False)
    assert not crew.has_hand(is_long=False)
    crew.free("0")
    assert crew.has_hand(is_long=True)


def test_a_worker_with_one_thread_has_one_hand() -> None:
    crew = make_crew("a", threads=1)
    assert crew.has_hand(is_long=True)
    crew.take("only", is_long=True)
    assert not crew.has_hand(is_long=False)


def test_a_spare_comes_in_for_one_that_is_lost() -> None:
    crew = make_crew("a", "spare", duty=1)
    assert crew.on_duty == ("a",)
    assert crew.take("task", is_long=False) == "a"
    crew.mark_lost("a")
    assert crew.on_duty == ("spare",)
    seen = {"spare": WorkerSeen(2.0, THREADS), "new": WorkerSeen(2.0, THREADS)}
    assert crew.look(seen) == (["new"], [], ["a"])
    assert crew.take("task", is_long=False) == "spare"
    crew.mark_ready("new")
    assert [(worker.name, worker.tasks) for worker in crew.report()] == [("new", 0), ("spare", 1)]
    assert crew.on_duty == ("spare",), "the new one stands by now"


def test_who_gives_no_sign_of_life_hangs() -> None:
    """Looks are counted, not seconds: a server that is busy looks more seldom, and hears as seldom."""
    crew = make_crew("a", "b")
    for look in range(2):
        assert crew.look({"a": WorkerSeen(1.0, THREADS), "b": WorkerSeen(2.0 + look, THREADS)})[1] == []
    assert crew.suspects == ("a",)
    assert crew.on_duty == ("b",), "who has not been heard of is given nothing"
    assert crew.look({"a": WorkerSeen(1.0, THREADS), "b": WorkerSeen(9.0, THREADS)})[1] == ["a"]
    crew.mark_lost("a")
    assert crew.look({"a": WorkerSeen(1.0, THREADS), "b": WorkerSeen(10.0, THREADS)})[1] == [], (
        "once is enough"
    )


def test_one_that_works_may_be_silent_for_longer() -> None:
    """On a machine with too much to do its word comes late."""
    crew = make_crew("a")
    for look in range(1, 3 * MUTE_FACTOR):
        assert crew.look({"a": WorkerSeen(1.0, THREADS, cpu_s=float(look))})[1] == []
    assert crew.look({"a": WorkerSeen(1.0, THREADS, cpu_s=99.0)})[1] == ["a"]


def test_one_that_warms_up_is_given_more_time() -> None:
    """Importing TensorFlow and compiling hold the interpreter for seconds."""
    crew = Crew(1, hung_after=3)
    for _ in range(3 * MUTE_FACTOR):
        assert crew.look({"a": WorkerSeen(1.0, THREADS)})[1] == []
    assert crew.look({"a": WorkerSeen(1.0, THREADS)})[1] == ["a"]


def test_a_lost_connection_takes_all_along() -> None:
    crew = make_crew("a")
    assert crew.forget_all() == ["a"]
    assert crew.on_duty == ()
    assert crew.report() == ()
