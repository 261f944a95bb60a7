using System.Security.Cryptography;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>A caller's own name for one change, so that sending it again has the same effect and the same answer.</summary>
/// <param name="Actor">Whose name it is.</param>
/// <param name="Key">1 to 64 characters.</param>
/// <param name="Digest">SHA-256 of what was asked: the same key with another question is a conflict.</param>
public sealed record OnceKey(string Actor, string Key, byte[] Digest)
{
    /// <summary>Runs the change unless it was made before; within the change's transaction.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="once">The name; null to run it in any case.</param>
    /// <param name="now">The time.</param>
    /// <param name="run">Makes the change and returns its answer.</param>
    /// <returns>The answer, now or then; null where the key was used for something else.</returns>
    public static byte[]? Run(WriteSession session, OnceKey? once, DateTimeOffset now, Func<byte[]> run)
    {
        if (once is null)
        {
            return run();
        }

        var before = session.First(
            "SELECT digest, answer FROM idempotency WHERE actor = @actor AND key = @key",
            row => (Digest: row.Bytes(0), Answer: row.Bytes(1)),
            ("@actor", once.Actor), ("@key", once.Key));
        if (before.Answer is not null)
        {
            return CryptographicOperations.FixedTimeEquals(before.Digest, once.Digest) ? before.Answer : null;
        }

        var answer = run();
        session.Execute(
            "INSERT INTO idempotency (actor, key, digest, answer, at) VALUES (@actor, @key, @digest, @answer, @at)",
            ("@actor", once.Actor), ("@key", once.Key), ("@digest", once.Digest), ("@answer", answer), ("@at", now.ToUnixTimeMilliseconds()));
        return answer;
    }

    /// <summary>Forgets a name under which nothing was changed.</summary>
    public static void Forget(WriteSession session, OnceKey once) =>
        session.Execute("DELETE FROM idempotency WHERE actor = @actor AND key = @key", ("@actor", once.Actor), ("@key", once.Key));
}
