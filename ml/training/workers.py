"""Where work is done that can be shared out: on this computer's cores, or on a dask cluster.

joblib hands a search's work to either, so that what is found is the same to the digit.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import joblib
from threadpoolctl import threadpool_limits

from warehouse.errors import DatabaseAway, WrongSetting

# A scheduler that is there answers within milliseconds.
PATIENCE_S = 10

_Given = TypeVar("_Given")
_Done = TypeVar("_Done")


def side_by_side(work: Callable[[_Given], _Done], given: Sequence[_Given]) -> list[_Done]:
    """What `work` makes of each, as many at once as there are cores, each on one.

    So what comes of it does not depend on how many cores there are.
    """

    def done(one: _Given) -> _Done:
        # Of OpenMP's threads each thread has a number of its own.
        with threadpool_limits(limits=1):
            return work(one)

    made = joblib.Parallel(n_jobs=-1, backend="threading")(joblib.delayed(done)(g) for g in given)
    return list(made)


def _start_deaf_to_ctrl_c() -> None:
    """Start the processes that work, so that Ctrl-C stops them by way of this one alone.

    A terminal sends it to all of them at once: each would print where it was, and joblib may wait
    for ever for one that went before it was told to.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may say what is heard, and only it hears.
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        joblib.Parallel()(joblib.delayed(int)() for _ in range(joblib.cpu_count()))
    finally:
        signal.signal(signal.SIGINT, heard)


@contextmanager
def workers(cluster: str | None) -> Iterator[None]:
    """Within it, scikit-learn's work goes to the dask scheduler at `cluster`, or to every core.

    Raises `WrongSetting` where dask is not installed and `DatabaseAway` where nothing answers.
    """
    if cluster is None:
        with joblib.parallel_config(backend="loky", n_jobs=-1, inner_max_num_threads=1):
            _start_deaf_to_ctrl_c()
            yield
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise WrongSetting(
            "a cluster needs dask, which is not installed",
            where="--cluster",
            next_step="pip install distributed here and on every worker, as Semia itself",
        ) from error
    try:
        client = Client(cluster, timeout=PATIENCE_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise DatabaseAway(
            f"no dask scheduler answers: {error}",
            where=cluster,
            next_step="start one with dask scheduler, or leave --cluster out",
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        yield
