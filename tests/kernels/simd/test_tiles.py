import pytest

from firth.kernels.simd.rows import CHUNK
from firth.kernels.simd.tiles import WIDEST_SLAB, slab_layout


@pytest.mark.parametrize(
    ("dims", "slabs", "width"),
    [(1, 1, 16), (8, 1, 16), (16, 1, 16), (20, 1, 24), (25, 1, 32), (100, 1, 104), (300, 2, 160)],
)
def test_rows_are_cut_into_few_slabs(dims, slabs, width):
    count, lanes = slab_layout(dims)
    assert (count, len(lanes)) == (slabs, width)


@pytest.mark.parametrize("dims", range(1, 2001, 37))
def test_slabs_cover_a_row_without_a_slab_to_spare(dims):
    slabs, lanes = slab_layout(dims)
    assert lanes.chunks <= WIDEST_SLAB
    assert dims <= slabs * len(lanes)
    stored = slabs * lanes.chunks * CHUNK  # columns of a matrix: whole chunks
    assert len(range(0, stored - len(lanes) + 1, len(lanes))) == slabs
