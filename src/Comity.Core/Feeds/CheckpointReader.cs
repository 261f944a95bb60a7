using Comity.Core.Members;
using Comity.TransparencyLog;

namespace Comity.Core.Feeds;

/// <summary>What a partner's checkpoint is worth.</summary>
public abstract record CheckpointReading
{
    private CheckpointReading()
    {
    }

    /// <summary>Signed with a key that counts for this log at this size.</summary>
    public sealed record Valid(TreeHead Head) : CheckpointReading;

    /// <summary>Signed with the member's key, but after the sizes up to which that key is trusted.</summary>
    public sealed record Revoked(long Size, string Reason) : CheckpointReading;

    /// <summary>Not what it says.</summary>
    public sealed record Unbelievable(string Reason) : CheckpointReading;
}

/// <summary>Reads partners' checkpoints with the keys of the charter.</summary>
public static class CheckpointReader
{
    /// <summary>Reads a signed checkpoint of one member's log.</summary>
    public static CheckpointReading Read(Membership membership, MemberCode owner, string origin, ReadOnlySpan<byte> note)
    {
        if (!SignedNote.TryParse(note, out var parsed, out var fault) || !Checkpoint.TryParse(parsed.Text, out var checkpoint, out fault))
        {
            return new CheckpointReading.Unbelievable($"the checkpoint cannot be read: {fault}");
        }

        if (checkpoint.Origin != origin)
        {
            return new CheckpointReading.Unbelievable("the checkpoint is of another log");
        }

        var size = checkpoint.Head.Size;
        if (membership.Directory.End(owner, origin) is { } end && (size > end.Size || (size == end.Size && checkpoint.Head.Root != end.Root)))
        {
            return new CheckpointReading.Unbelievable($"the root of {owner} has ended this log at size {end.Size}");
        }

        foreach (var key in membership.Directory.LogKeys(owner, origin, size))
        {
            if (SignedBy(note, origin, key))
            {
                return new CheckpointReading.Valid(checkpoint.Head);
            }
        }

        var untrusted = membership.Directory.Find(owner)?.Keys[KeyUse.Log].All
            .Select(jwk => membership.Directory.Find(jwk.Id))
            .FirstOrDefault(key => key is { Status: KeyStatus.Revoked } && SignedBy(parsed.ToBytes(), origin, key));
        return untrusted is null
            ? new CheckpointReading.Unbelievable($"the checkpoint is not signed with a key of {owner} that counts at this size")
            : new CheckpointReading.Revoked(size, $"the checkpoint of size {size} is signed with a key of {owner} that is not trusted up to there");
    }

    private static bool SignedBy(ReadOnlySpan<byte> note, string origin, KnownKey key) =>
        key.LogKey is { } ed25519
        && SignedCheckpoint.TryOpen(note, new VerifierKey(origin, NoteAlgorithm.Ed25519, ed25519), [], out _, out _);
}

/// <summary>Signs the heads of this node's own logs.</summary>
/// <param name="key">The log key.</param>
/// <param name="past">Keeps it from signing two pasts of one log; null where there is no past yet.</param>
public sealed class CheckpointSigner(Ed25519PrivateKey key, Recovery.OwnPast? past = null) : Storage.ILogSigner
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, NoteSigner> _signers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public byte[] Sign(string origin, long size, TreeHash root) => past?.Refuses(origin) is { } reason
        ? throw new Storage.StorageException(reason, away: true, readOnly: true)
        : _signers.GetOrAdd(origin, static (name, k) => new NoteSigner(name, k), key).Sign(new Checkpoint(origin, new TreeHead(size, root))).ToBytes();
}
