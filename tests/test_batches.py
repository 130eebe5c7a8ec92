"""Group commit."""

import asyncio

from snapshotter.batches import Batches


def sent(things, *, store=None, **options):
    """(answers, batches) for things added all at once."""
    batches = []

    def double(batch):
        batches.append(list(batch))
        return [2 * thing for thing in batch]

    async def main():
        group = Batches(store or double, **options)
        answers = await asyncio.gather(*map(group.add, things), return_exceptions=True)
        await group.close()
        return answers

    return asyncio.run(main()), batches


def test_everyone_gets_their_own_answer():
    answers, batches = sent(range(10), size=4)
    assert answers == [2 * n for n in range(10)]
    assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_single_thing_does_not_wait_for_others():
    assert sent([1], size=1000, delay_s=0.01) == ([2], [[1]])


def test_an_error_reaches_all_of_its_batch():
    def fail(batch):
        raise OSError(f"disk full at {batch[0]}")

    answers, _ = sent(range(4), store=fail, size=2)
    assert [str(error) for error in answers] == ["disk full at 0"] * 2 + ["disk full at 2"] * 2


def test_closing_waits_for_what_is_still_out():
    async def main():
        group = Batches(lambda batch: batch, delay_s=60)
        waiting = asyncio.create_task(group.add("x"))
        await asyncio.sleep(0)
        await group.close()
        return await waiting

    assert asyncio.run(main()) == "x"
