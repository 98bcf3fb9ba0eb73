"""Ctrl-C ends a call, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import tng
from conftest import picture
from tng import decoding, encoding


@pytest.fixture
def interrupted(monkeypatch):
    """Sends a signal as soon as the library is called, which is then called; what it says is noted."""
    codes = []

    def run(module, coder, number=signal.SIGINT):
        call = module.call

        def interrupt_and_call(function, *arguments):
            os.kill(os.getpid(), number)
            for _ in range(20_000):
                if coder._interruption._flag.value:
                    break
                time.sleep(0.001)
            try:
                call(function, *arguments)
            except tng.TNGError as error:
                codes.append(error.code)
                raise

        monkeypatch.setattr(module, "call", interrupt_and_call)
        return codes

    yield run
    monkeypatch.undo()
    # Such a thread ends by itself, once it has told that its work has.
    for thread in [thread for thread in threading.enumerate() if thread.name == "tng"]:
        thread.join(60)
        assert not thread.is_alive()


def test_encoding(interrupted, monkeypatch):
    image, encoder = picture(3), tng.Encoder()
    expected = encoder.encode(image)
    codes = interrupted(encoding, encoder)
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(image)
    assert codes == ["cancelled"]
    monkeypatch.undo()
    assert encoder.encode(image) == expected


def test_decoding(interrupted, monkeypatch):
    decoder = tng.Decoder()
    decoder.feed(tng.encode(picture(3)))
    expected = decoder.decode()
    out, depth = decoder._array(None, None, None, expected.shape[1::-1])
    codes = interrupted(decoding, decoder)
    with pytest.raises(KeyboardInterrupt):
        decoder._decode(decoding.library.tng_decoder_decode, out, depth)
    assert codes == ["cancelled"]
    monkeypatch.undo()
    assert (decoder.decode() == expected).all()


def test_any_exception_of_a_handler(interrupted):
    def handler(number, frame):
        raise TimeoutError("too long")

    encoder, before = tng.Encoder(), signal.signal(signal.SIGUSR1, handler)
    try:
        interrupted(encoding, encoder, signal.SIGUSR1)
        with pytest.raises(TimeoutError, match="too long"):
            encoder.encode(picture(3))
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_signals_that_raise_nothing_do_not_interrupt():
    ran, before = [], signal.signal(signal.SIGUSR1, lambda number, frame: ran.append(number))
    try:
        thread = threading.Timer(0, os.kill, (os.getpid(), signal.SIGUSR1))
        thread.start()
        assert tng.encode(picture(3)) == tng.encode(picture(3))
        thread.join()
        assert ran == [signal.SIGUSR1]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_other_threads_go_on():
    """What has ended a call of the main thread is no concern of others that use the encoder."""
    image, encoder, results = picture(3), tng.Encoder(), []
    encoder._interruption._flag.value = 1
    with pytest.raises(tng.TNGError, match="cancelled"):
        encoder.encode(image)
    thread = threading.Thread(target=lambda: results.append(encoder.encode(image)))
    thread.start()
    thread.join()
    assert results == [tng.encode(image)]


PROGRAM = """
import numpy as np, tng
image = np.random.default_rng(1).integers(0, 256, (6000, 4000, 3), np.uint8)
print("begin", flush=True)
tng.encode(image, effort=9)
"""


def test_a_program_ends_long_before_its_work():
    # Which would take many minutes.
    program = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout.readline() == b"begin\n"
    time.sleep(0.5)
    program.send_signal(signal.SIGINT)
    try:
        _, errors = program.communicate(timeout=120)
    finally:
        program.kill()
    assert b"KeyboardInterrupt" in errors and program.returncode == -signal.SIGINT
