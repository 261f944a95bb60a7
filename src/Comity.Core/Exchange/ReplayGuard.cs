using System.Security.Cryptography;
using Comity.Core.Storage;

namespace Comity.Core.Exchange;

/// <summary>Remembers transmissions for as long as they could be taken in, whichever process they reached: none is taken in twice, and no id gets a second body.</summary>
/// <remarks>A retry is signed anew, so it differs. A change is kept apart by the inbox for ever after; this memory is for questions, too.</remarks>
/// <param name="store">Where it is remembered.</param>
/// <param name="grace">How long after its expiry a transmission could still be taken in.</param>
internal sealed class ReplayGuard(NodeStore store, TimeSpan grace)
{
    /// <summary>Null where it is new; durable when the task completes.</summary>
    /// <exception cref="StorageException">Nothing is known.</exception>
    public Task<ProblemKind?> JudgeAsync(Envelope envelope, string signed, DateTimeOffset now) =>
        store.WriteAsync(session => Judge(session, envelope, Receipt.HashOf(signed), Until(envelope, now)));

    /// <summary>Forgets what could not be taken in any more.</summary>
    public static void Sweep(WriteSession session, DateTimeOffset now) =>
        session.Execute("DELETE FROM transmission WHERE until < @now", ("@now", now.ToUnixTimeMilliseconds()));

    private static ProblemKind? Judge(WriteSession session, Envelope envelope, byte[] hash, DateTimeOffset until)
    {
        var (sender, id) = (envelope.From.ToString(), envelope.Id.ToString());
        var digest = session.First("SELECT digest FROM transmission WHERE sender = @sender AND id = @id", row => row.Bytes(0), ("@sender", sender), ("@id", id));
        if (digest is not null && !CryptographicOperations.FixedTimeEquals(digest, envelope.Digest))
        {
            return ProblemKind.IdConflict;
        }

        return session.Execute(
            "INSERT INTO transmission (hash, sender, id, digest, until) VALUES (@hash, @sender, @id, @digest, @until) ON CONFLICT (hash) DO NOTHING",
            ("@hash", hash), ("@sender", sender), ("@id", id), ("@digest", envelope.Digest), ("@until", until.ToUnixTimeMilliseconds())) > 0 ? null : ProblemKind.Replayed;
    }

    private DateTimeOffset Until(Envelope envelope, DateTimeOffset now)
    {
        var until = envelope.Expires > now ? envelope.Expires : now;
        return until < DateTimeOffset.MaxValue - grace ? until + grace : DateTimeOffset.MaxValue;
    }
}
