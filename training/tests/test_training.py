from dataclasses import replace

import pytest
import torch
from conftest import SMALL

from tngtrain.checkpoint import load_model, read_state
from tngtrain.config import TrainingConfig, read_config
from tngtrain.patches import PatchSettings, PatchSource, stratified_levels
from tngtrain.processes import Processes, fast_number_type
from tngtrain.schedule import Schedule
from tngtrain.store import build_store, open_store
from tngtrain.train import train


@pytest.fixture
def config(folder, tmp_path) -> TrainingConfig:
    patches = PatchSettings(side=64, count=2)
    return TrainingConfig((folder,), tmp_path / "run", log_steps=2, patches=patches, model=SMALL)


def assert_equal(first, second):
    """Compares nested dictionaries of tensors and numbers, bit for bit."""
    if isinstance(first, dict):
        assert first.keys() == second.keys()
        for key in first:
            assert_equal(first[key], second[key])
    elif isinstance(first, torch.Tensor):
        assert torch.equal(first, second)
    else:
        assert first == second


def test_a_resumed_run_ends_in_the_same_state(config, tmp_path):
    whole = train(config, Processes(), last_step=8)
    parts = replace(config, run=tmp_path / "parts")
    train(parts, Processes(), last_step=5)
    resumed = train(parts, Processes(), last_step=8)
    assert resumed.step == 8
    assert_equal(resumed.state(), whole.state())


def test_training_moves_the_averages_and_writes_a_checkpoint(config):
    training = train(config, Processes(), last_step=4)
    start = train(replace(config, run=config.run / "other"), Processes(), last_step=0)
    name = "analysis.1.weight"
    assert not torch.equal(training.averages[name], start.averages[name])
    model = load_model(config.run / "checkpoint.pt")
    torch.testing.assert_close(model.state_dict()[name], training.averages[name], atol=1e-3, rtol=1e-3)
    assert "log-cost" in (config.run / "log.txt").read_text()


def test_a_new_run_starts_from_another_ones_state(config, tmp_path):
    config.run.mkdir()
    (config.run / "cool-down").write_text("3")
    train(config, Processes())
    other = replace(config, run=tmp_path / "other", start=config.run / "state.pt", learning_rate=0.25)
    training = train(other, Processes(), last_step=3)
    assert_equal(training.state()["optimiser"], read_state(config.run / "state.pt")["optimiser"])
    assert training.schedule == Schedule(0.25, config.warm_up_steps, warm_up_start=3)


def test_a_run_has_the_network_of_what_it_starts_from(config, tmp_path):
    train(config, Processes(), last_step=1)
    other = replace(config, run=tmp_path / "other", start=config.run / "checkpoint.pt", model=None)
    assert train(other, Processes(), last_step=1).model.shape == SMALL
    different = replace(other, run=tmp_path / "different", model=replace(SMALL, context=64))
    with pytest.raises(ValueError, match="context=64"):
        train(different, Processes(), last_step=1)


def test_the_cool_down_starts_on_request_and_ends_the_run(config):
    config.run.mkdir()
    (config.run / "cool-down").write_text("3")
    training = train(config, Processes())
    assert training.step == 3
    assert (config.run / "state-before-cool-down.pt").exists()
    assert not (config.run / "cool-down").exists()


def test_schedule_warms_up_holds_and_cools_down():
    schedule = Schedule(1.0, warm_up_steps=4)
    assert [schedule.rate(step) for step in (0, 1, 3, 1000)] == [0.25, 0.5, 1, 1]
    schedule.start_cool_down(1000, 100)
    assert schedule.rate(1000) == 1 and schedule.rate(1050) == pytest.approx(0.505)
    assert schedule.rate(1100) == pytest.approx(0.01)
    assert schedule.ended(1100) and not schedule.ended(1099)


def test_patches_come_from_training_photographs_that_are_large_enough(folder, tmp_path):
    build_store([folder], tmp_path / "store.u8")
    store = open_store(tmp_path / "store.u8")
    # Thirty pictures, of which one is for validation and one too small.
    assert len(store) == 29
    shares = PatchSource(store, PatchSettings(side=64), seed=1, process=0).shares
    assert [min(shape) for shape, share in zip(store.shapes, shares) if share == 0] == [40]
    with pytest.raises(ValueError, match="97 pixels"):
        PatchSource(store, PatchSettings(side=97), seed=1, process=0)


def test_patches_are_a_function_of_seed_step_and_process(folder, tmp_path):
    build_store([folder], tmp_path / "store.u8")
    store, settings = open_store(tmp_path / "store.u8"), PatchSettings(side=64, count=5)
    source = PatchSource(store, settings, seed=1, process=0)
    ahead = source.batches(3)
    assert torch.equal(next(ahead), source.batch(3)) and torch.equal(next(ahead), source.batch(4))
    assert source.batch(3).shape == (5, 3, 64, 64)
    assert not torch.equal(source.batch(3), PatchSource(store, settings, 1, 1).batch(3))


def test_levels_cover_the_range_evenly():
    levels = [stratified_levels(4, p, 2, torch.Generator().manual_seed(p)) for p in range(2)]
    ordered = torch.cat(levels).sort().values
    assert torch.equal((ordered * 8).floor(), torch.arange(8).float())


def test_config_is_read_and_mistakes_are_named(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('photographs = ["a"]\nrun = "r"\n[patches]\ncount = 3\n[model]\nlatents = 64\n')
    config = read_config(path)
    assert config.photographs == (tmp_path / "a",) and config.patches.count == 3
    assert config.model.latents == 64
    path.write_text('photographs = ["a"]\nrun = "r"\nlearning_rat = 1\n')
    with pytest.raises(ValueError, match="learning_rat"):
        read_config(path)


@pytest.mark.parametrize(("capability", "expected"), [("AVX2", torch.float32), ("AVX512", torch.bfloat16)])
def test_no_processor_has_to_emulate_bfloat16(monkeypatch, capability, expected):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert fast_number_type(torch.device("cpu")) == expected
    assert fast_number_type(torch.device("cuda")) == torch.bfloat16
