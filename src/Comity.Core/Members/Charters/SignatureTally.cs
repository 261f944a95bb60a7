using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>Who must sign a charter and who did.</summary>
/// <param name="Needed">How many of <paramref name="Standing"/> must sign; 0 for the genesis.</param>
/// <param name="Standing">The members of the charter before that are not suspended: any of them may sign, with the root that charter lists as current or next.</param>
/// <param name="New">The members whose current root the charter before did not list: all of them must sign with it.</param>
public sealed record SignatureTally(int Needed, IReadOnlyList<SignatureTally.Entry> Standing, IReadOnlyList<SignatureTally.Entry> New)
{
    /// <summary>One member's part.</summary>
    /// <param name="Member">The member.</param>
    /// <param name="Roots">The roots that it may sign with.</param>
    /// <param name="Signed">Whether a signature by one of them is there and fits.</param>
    public sealed record Entry(MemberCode Member, IReadOnlyList<KeyId> Roots, bool Signed);

    /// <summary>How many of the standing members signed.</summary>
    public int Signed => Standing.Count(e => e.Signed);

    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Signed >= Needed && New.All(e => e.Signed);

    /// <summary>Checks the signatures of a charter.</summary>
    /// <param name="charter">The charter.</param>
    /// <param name="previous">The one before; null for the genesis.</param>
    public static SignatureTally Of(Charter charter, Charter? previous)
    {
        var standing = previous is null ? [] : ByRoots(charter.Document, previous);
        var fresh = charter.Members
            .Where(m => previous?.Find(m.Code)?.Keys[KeyUse.Root].Active.Contains(m.Keys[KeyUse.Root].Current) != true)
            .Select(m => EntryOf(m.Code, [m.Keys[KeyUse.Root].Current], charter.Document));
        return new SignatureTally(previous?.Threshold ?? 0, standing, [.. fresh]);
    }

    /// <summary>Which members of a charter that are not suspended signed a document with a root of theirs, current or next.</summary>
    internal static IReadOnlyList<Entry> ByRoots(JwsDocument document, Charter charter) =>
        [.. charter.Members.Where(m => !m.Suspended).Select(m => EntryOf(m.Code, m.Keys[KeyUse.Root].Active, document))];

    private static Entry EntryOf(MemberCode member, IEnumerable<Jwk> roots, JwsDocument document)
    {
        var signers = document.Signers.ToHashSet();
        Jwk[] keys = [.. roots];
        return new Entry(member, [.. keys.Select(k => k.Id)], keys.Any(k => signers.Contains(k.Id) && document.IsSignedBy(new VerifyingKey(k))));
    }
}
