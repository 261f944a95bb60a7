using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>Two checkpoints of one log that cannot both be true.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Ours">As this node knew it, signed.</param>
/// <param name="Theirs">As another showed it, signed.</param>
/// <param name="Source">Who showed it.</param>
/// <param name="At">When it was found.</param>
public sealed record Fork(string Origin, byte[] Ours, byte[] Theirs, MemberCode Source, DateTimeOffset At);

/// <summary>Evidence of forks.</summary>
public static class ForkTable
{
    /// <summary>Keeps the evidence; the first for a log and source stays.</summary>
    /// <returns>Whether it is new.</returns>
    public static bool Keep(WriteSession session, string origin, byte[] ours, byte[] theirs, MemberCode source, DateTimeOffset at) =>
        session.Execute(
            "INSERT INTO fork (origin, ours, theirs, source, at) VALUES (@origin, @ours, @theirs, @source, @at) ON CONFLICT (origin, source) DO NOTHING",
            ("@origin", origin), ("@ours", ours), ("@theirs", theirs), ("@source", source.ToString()), ("@at", at.ToUnixTimeMilliseconds())) > 0;

    /// <summary>All evidence.</summary>
    public static List<Fork> Forks(this ReadSession session) => session.Query(
        "SELECT origin, ours, theirs, source, at FROM fork ORDER BY at, origin",
        row => new Fork(row.GetString(0), row.Bytes(1), row.Bytes(2), MemberCode.Parse(row.GetString(3)), row.Instant(4)));
}
