# SPDX-License-Identifier: Apache-2.0
"""Child processes that never outlive us, and waits that always end."""

import ctypes
import os
import signal
import subprocess
import time

_PR_SET_PDEATHSIG = 1
# How much longer than usual everything may take, as under a sanitizer.
_PATIENCE = float(os.environ.get("PATIENCE", "1"))
_libc = ctypes.CDLL(None, use_errno=True)


class ProcessExited(RuntimeError):
    """A process that should be running has ended; waiting longer is pointless."""


def patient(seconds):
    """A deadline of so many seconds, stretched by $PATIENCE: whoever is slow is not wrong."""
    return seconds * _PATIENCE


def wait_until(condition, deadline_seconds, what, interval=0.1):
    """Polls until `condition()` is true and returns its value; a deadline is stretched by $PATIENCE.

    An exception counts as "not yet" and is named when time is up, except ProcessExited.
    """
    deadline_seconds = patient(deadline_seconds)
    deadline = time.monotonic() + deadline_seconds
    while True:
        last_error = None
        try:
            if result := condition():
                return result
        except ProcessExited:
            raise
        except Exception as error:
            last_error = error
        if time.monotonic() >= deadline:
            reason = f": {type(last_error).__name__}: {last_error}" if last_error else ""
            raise TimeoutError(f"{what}: not within {deadline_seconds:g} s{reason}") from last_error
        time.sleep(interval)


class Process:
    """One child process, addressed by its id only.

    It runs in its own session, so that Ctrl-C in the terminal reaches only us and we stop it in
    order. The kernel sends it `death_signal` when the thread that started it ends: start it from a
    thread that lives as long as it should.
    """

    def __init__(self, popen, log_path):
        self._popen = popen
        self.log_path = log_path

    @classmethod
    def start(cls, argv, log_path, env=None, user=None, cwd=None, death_signal=signal.SIGTERM):
        """Starts `argv`, its output appended to `log_path`; as another `user` if we are root."""
        parent = os.getpid()

        # Runs after the change of user, which would have cleared the setting.
        def die_with_parent():
            _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:
                os._exit(1)

        identity = {"user": user, "group": user, "extra_groups": []} if user else {}
        with open(log_path, "ab") as log:
            popen = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, cwd=cwd,
                start_new_session=True, preexec_fn=die_with_parent, **identity)
        return cls(popen, log_path)

    @property
    def pid(self):
        return self._popen.pid

    def alive(self):
        return self._popen.poll() is None

    def check_alive(self):
        """Raises ProcessExited, with the end of its log, when the process has ended."""
        if not self.alive():
            raise ProcessExited(
                f"{self._popen.args[0]} ended with code {self._popen.returncode}: {self.log()[-2000:]}")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def send_signal(self, number):
        self._popen.send_signal(number)

    def stop(self, number=signal.SIGTERM, deadline=10):
        """Asks the process to end, by a signal, and returns its exit code; kills it after the deadline."""
        if self.alive():
            self.send_signal(number)
        try:
            return self._popen.wait(patient(deadline))
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self):
        """SIGKILL, without a chance to save anything; returns the exit code."""
        self._popen.kill()
        return self._popen.wait(60)
