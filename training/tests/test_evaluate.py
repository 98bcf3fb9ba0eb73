import sys

import numpy as np
import pytest
import torch

from tngtrain.checkpoint import write_atomically
from tngtrain.evaluate import BORDER, Coder, Decoding, cropped, float_coder, levels_of, main, measured_point
from tngtrain.model import ModelShape
from tngtrain.weights_file import LEVELS

SHAPE = ModelShape(lambda_minimum=0.001, lambda_maximum=0.2)


def test_a_point_tells_the_error_of_the_border_from_that_of_the_whole():
    picture = np.full((128, 128, 3), 100, np.uint8)

    def off_by_eight_at_the_right(samples, level):
        decoded = samples.copy()
        decoded[:, -BORDER:] += 8
        return Decoding(128 * 128 * 0.5, decoded, samples)

    point = measured_point(Coder(off_by_eight_at_the_right, ModelShape()), [picture], 30)
    border = 1 - (1 - 2 * BORDER / 128) ** 2
    assert point.bits_per_pixel == 0.5
    assert point.psnr == pytest.approx(10 * np.log10(255**2 / (64 * BORDER / 128)))
    assert point.border_psnr == pytest.approx(10 * np.log10(255**2 / (64 * BORDER / 128 / border)))


def test_a_point_tells_what_the_transforms_lose_from_what_rounding_does():
    picture = np.full((64, 64, 3), 100, np.uint8)
    coder = Coder(lambda samples, level: Decoding(4096, samples + 4, samples + 2), SHAPE, levels=64)
    point = measured_point(coder, [picture], 63)
    assert point.scale == pytest.approx(0.2)
    assert point.distortion == pytest.approx(16) and point.transform_loss == pytest.approx(4)
    assert point.transform_share == pytest.approx(0.25)
    assert point.log_cost == pytest.approx(np.log(1 + 0.2 * 16))
    assert point.psnr < point.unrounded_psnr and point.ssimulacra2 < point.unrounded_ssimulacra2 < 100


def test_levels_are_named_by_their_lambda():
    whole = Coder(lambda samples, level: None, SHAPE, levels=128)
    assert whole.level_of(0.2) == 127 and whole.level_of(0.0145) == 64
    between = Coder(lambda samples, level: None, SHAPE, continuous=True)
    assert between.rate_distortion_lambda(between.level_of(0.0145)) == pytest.approx(0.0145)
    assert levels_of(whole, None, None)[-1] == 127
    with pytest.raises(ValueError, match="not 0.5"):
        levels_of(whole, None, [0.1, 0.5])
    for wrong in (128, -1, 3.5):
        with pytest.raises(ValueError, match="0 to 127"):
            levels_of(whole, [wrong], None)


def test_feedback_moves_the_latents_by_what_the_synthesis_leaves_out(model, crops):
    level = torch.tensor([0.5])
    latents = model.analyse(crops[0], level)
    shown = model.synthesise(latents, level)
    expected = latents + latents - model.analyse(shown, level)
    torch.testing.assert_close(model.analyse(crops[0], level, feedback=1), expected)


def test_unrounded_samples_are_those_of_the_transforms_alone(model, crops):
    samples = (crops[0][0] * 255).byte().permute(1, 2, 0).numpy()
    picture, level = torch.from_numpy(samples).permute(2, 0, 1)[None] / 255, torch.tensor([0.5])
    for feedback in (0, 1):
        decoding = float_coder(model, feedback=feedback).code(samples, (LEVELS - 1) / 2)
        expected = model.synthesise(model.analyse(picture, level, feedback), level)
        difference = torch.from_numpy(decoding.unrounded) / 255 - expected[0].permute(1, 2, 0).clamp(0, 1)
        assert difference.abs().max() < 0.51 / 255
        assert not np.array_equal(decoding.samples, decoding.unrounded)


def test_crops_come_from_the_middle():
    samples = np.arange(5 * 9 * 3).reshape(5, 9, 3)
    assert np.array_equal(cropped(samples, 6), samples[:, 1:7])
    assert np.array_equal(cropped(samples, None), samples)


def test_a_weights_file_is_refused_feedback(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["evaluate", str(tmp_path / "a.tngw"), ".", "--feedback", "1"])
    with pytest.raises(SystemExit):
        main()
    assert "feedback" in capsys.readouterr().err


def test_the_command_prints_a_line_a_level(model, folder, tmp_path, monkeypatch, capsys):
    path = tmp_path / "checkpoint.pt"
    write_atomically({"averages": model.state_dict(), "shape": vars(model.shape), "step": 0}, path)
    options = ["--validation", "--crop", "64", "--lambdas", "0.01", "1.0", "--json", str(tmp_path / "curve.json")]
    monkeypatch.setattr(sys, "argv", ["evaluate", str(path), str(folder), *options])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 pictures" and len(lines) == 4
    assert [line.split()[1] for line in lines[2:]] == ["0.0100", "1.0000"]
    assert '"transform_loss"' in (tmp_path / "curve.json").read_text()
