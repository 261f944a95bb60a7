using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class TilePathTests
{
    [Theory]
    [InlineData("tile/0/000", 0, 0, 256)]
    [InlineData("tile/0/x001/x234/067", 0, 1234067, 256)]
    [InlineData("tile/63/x001/000.p/1", 63, 1000, 1)]
    [InlineData("tile/7/999.p/255", 7, 999, 255)]
    [InlineData("tile/0/x036/x028/x797/x018/x963/967", 0, 36028797018963967, 256)]
    public void A_tile_has_the_path_of_the_specification(string path, int level, long index, int width)
    {
        var tile = new TileId(level, index, width);

        Assert.Equal(path, tile.ToString());
        Assert.True(TileId.TryParse(path, out var parsed));
        Assert.Equal(tile, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile/")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/+1/000")]
    [InlineData("tile/entries/000")]
    [InlineData("tile/0/00")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/001")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/x001/x002")]
    [InlineData("tile/0/X001/002")]
    [InlineData("tile/0/٠٠٠")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/1/")]
    [InlineData("tile/0/000.p/1.p/1")]
    [InlineData("tile/0/x036/x028/x797/x018/x963/968")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    public void A_path_that_is_no_tile_is_refused(string path) => Assert.False(TileId.TryParse(path, out _));

    [Fact]
    public void Any_tile_round_trips_through_its_path() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Int(0, 63), Gens.Bytes(8), Gens.Int(1, 256), (level, random, width) =>
        {
            var index = (long)(BitConverter.ToUInt64(random) >> (9 + (random[0] % 55)));
            var (tile, bundle) = (new TileId(level, index, width), new EntryBundleId(index, width));
            return TileId.TryParse(tile.ToString(), out var parsedTile) && parsedTile == tile
                && EntryBundleId.TryParse(bundle.ToString(), out var parsedBundle) && parsedBundle == bundle
                && !TileId.TryParse(bundle.ToString(), out _) && !EntryBundleId.TryParse(tile.ToString(), out _);
        }));

    [Fact]
    public void What_is_read_at_all_is_written_the_same_way()
    {
        var piece = Gen.Elements("tile/", "0", "1", "000", "x001", "/", "067", ".p/", "255", "256", "entries", "x", "7", "x000/");
        var path = piece.ListOf(6).Select(pieces => "tile/" + string.Concat(pieces));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(path.ToArbitrary(), text =>
            (!TileId.TryParse(text, out var tile) || tile.ToString() == text)
            && (!EntryBundleId.TryParse(text, out var bundle) || bundle.ToString() == text)));
    }

    [Fact]
    public void A_tile_out_of_range_cannot_be_named()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TileId(64, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TileId(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TileId(0, 1L << 55));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TileId(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EntryBundleId(0, 257));
    }
}
