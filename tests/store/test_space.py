import os

import pytest

from snapshotter.store.space import Room, Space, free_bytes

ENOUGH, LOW, OUT = Room.ENOUGH, Room.LOW, Room.OUT


@pytest.mark.parametrize(
    ("looks", "rooms"),
    [
        ([(0, 100), (1, 101)], [ENOUGH, ENOUGH]),
        ([(0, 99), (9, 60), (10, 60)], [LOW, LOW, OUT]),
        ([(0, 99), (9, 120), (10, 99), (19, 99), (20, 99)], [LOW, ENOUGH, LOW, LOW, OUT]),  # the wait begins anew
        ([(0, 49)], [OUT]),
    ],
)
def test_low_for_too_long_or_hardly_any_left_is_out(looks, rooms):
    seconds, left = (iter(column) for column in zip(*looks, strict=True))
    space = Space(lambda: next(left), 100, 10, lambda: next(seconds))
    found = []
    for at, free in looks:
        if free >= 100:
            next(seconds)  # it doesn't ask for the time
        found.append(space.look())
        assert space.free_bytes == free, at
    assert found == rooms


def test_free_bytes_is_what_the_disk_says(tmp_path):
    before = free_bytes(tmp_path)
    assert before > 0
    with (tmp_path / "big").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 300_000_000)
        assert free_bytes(tmp_path) < before - 100_000_000
