using Comity.Testing;
using System.Runtime.InteropServices;

namespace Comity.TransparencyLog.Tests;

/// <summary>A log of 15 entries that another implementation wrote, with a checkpoint for every size, and a tile and a bundle for every width.</summary>
public class PublishedLogTests
{
    private const int Size = 15;

    [Fact]
    public void Every_checkpoint_is_signed_and_has_the_root_of_the_entries()
    {
        var (folder, leaves) = (Folder(), Leaves(Size));
        var key = LogKey();
        for (var size = 0; size <= Size; size++)
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, $"checkpoint.{size}"));
            Assert.True(SignedCheckpoint.TryOpen(bytes, key, [], out var signed, out var fault), $"{size}: {fault}");
            Assert.Equal(new TreeHead(size, Rfc6962.Root(leaves.AsSpan(0, size))), signed.Checkpoint.Head);
            Assert.Equal(bytes, signed.Note.ToBytes());
        }

        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, $"checkpoint.{Size}")), File.ReadAllBytes(Path.Combine(folder, "checkpoint")));
    }

    [Fact]
    public void Bundles_and_tiles_of_every_width_agree()
    {
        var folder = Folder();
        for (var width = 1; width <= Size; width++)
        {
            var tile = File.ReadAllBytes(Path.Combine(folder, new TileId(0, 0, width).ToString()));

            Assert.Equal(MemoryMarshal.AsBytes(Leaves(width).AsSpan()).ToArray(), tile);
        }
    }

    [Fact]
    public async Task Every_entry_is_in_every_size_and_every_size_follows_every_smaller_one()
    {
        var prover = new LogProver(new FolderTiles(Folder()));
        var leaves = Leaves(Size);
        for (var size = 1; size <= Size; size++)
        {
            var head = new TreeHead(size, Rfc6962.Root(leaves.AsSpan(0, size)));
            Assert.Equal(head.Root, await prover.RootAtAsync(size));
            for (var index = 0; index < size; index++)
            {
                var inclusion = await prover.InclusionAsync(index, size);
                Assert.Equal(ProofVerdict.Valid, InclusionProof.Verify(head, index, leaves[index], inclusion));
                Assert.NotEqual(ProofVerdict.Valid, InclusionProof.Verify(head, index, leaves[(index + 1) % Size], inclusion));
            }

            for (var older = 0; older <= size; older++)
            {
                var consistency = await prover.ConsistencyAsync(older, size);
                var olderHead = new TreeHead(older, Rfc6962.Root(leaves.AsSpan(0, older)));
                Assert.Equal(ProofVerdict.Valid, ConsistencyProof.Verify(olderHead, head, consistency));
            }
        }
    }

    private static string Folder() => Repository.SharedData("exchange/tlog/tessera-testdata/log");

    private static VerifierKey LogKey()
    {
        var text = File.ReadAllText(Path.Combine(Folder(), "..", "log-public-key.txt")).Trim();
        Assert.True(VerifierKey.TryParse(text, out var key, out var fault), fault);
        return key;
    }

    private static TreeHash[] Leaves(int width)
    {
        var bundle = File.ReadAllBytes(Path.Combine(Folder(), new EntryBundleId(0, width).ToString()));
        Assert.True(EntryBundle.TryDecode(bundle, width, out var entries, out var fault), fault);
        return [.. entries.Select(e => Rfc6962.LeafHash(e.Span))];
    }

    private sealed class FolderTiles(string folder) : ITileSource
    {
        public async ValueTask<ReadOnlyMemory<byte>> ReadTileAsync(TileId tile, CancellationToken cancel) =>
            await File.ReadAllBytesAsync(Path.Combine(folder, tile.ToString()), cancel);
    }
}
