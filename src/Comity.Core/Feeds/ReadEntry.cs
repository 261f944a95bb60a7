using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>A pulled entry with everything that can be said of it alone, before the transaction that takes it in.</summary>
/// <param name="Bytes">The leaf as received.</param>
/// <param name="Leaf">The leaf; null where it cannot be read.</param>
/// <param name="Altered">Whether it came with a body that is not the one its leaf tells of.</param>
/// <param name="Sealed">The body as it will be stored; null where none came.</param>
/// <param name="Record">The record; null where there is no body or it cannot be read.</param>
/// <param name="Judgement">The register's; null where there is no record or this program has no such register.</param>
/// <param name="Unreadable">Why leaf or record cannot be read.</param>
internal sealed record ReadEntry(
    byte[] Bytes, FeedLeaf? Leaf, bool Altered = false, SealedBody? Sealed = null, RecordBody? Record = null, Judgement? Judgement = null, string? Unreadable = null)
{
    /// <summary>Reads a run on every core: it costs more than storing it, and nobody else waits for the writer meanwhile.</summary>
    public static ReadEntry[] All(FeedName feed, PullAnswer run, NodeContext node, RegisterIndexes registers)
    {
        var register = registers.Find(feed.Register);
        var secrets = node.Randomness.Bytes(run.Entries.Count * BodySealer.SecretLength);
        return Many.Make(run.Entries.Count, i => Of(
            run.From + i, run.Entries[i], secrets.AsSpan(i * BodySealer.SecretLength, BodySealer.SecretLength), node.Sealer,
            content => register?.Judge(content, code => node.Membership.MayPublish(feed.Register, feed.Owner, code))));
    }

    private static ReadEntry Of(long index, PulledEntry entry, ReadOnlySpan<byte> secret, BodySealer sealer, Func<ReadOnlyMemory<byte>, Judgement?> judge)
    {
        if (!FeedLeaf.TryRead(entry.Leaf, index, out var leaf, out var fault))
        {
            return new ReadEntry(entry.Leaf, null, Unreadable: fault);
        }

        if (entry.Body is not { } body)
        {
            return new ReadEntry(entry.Leaf, leaf);
        }

        if (leaf.Digest is null || !SaltedBody.Matches(body, leaf.Digest))
        {
            return new ReadEntry(entry.Leaf, leaf, Altered: true);
        }

        var closed = sealer.Seal(body, secret.ToArray());
        return RecordBody.TryRead(SaltedBody.Content(body), out var record, out fault)
            ? new ReadEntry(entry.Leaf, leaf, Sealed: closed, Record: record, Judgement: judge(record!.Content))
            : new ReadEntry(entry.Leaf, leaf, Sealed: closed, Unreadable: fault);
    }
}
