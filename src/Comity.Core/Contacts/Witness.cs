using System.Text;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Contacts;

/// <summary>What came of showing a witness the head of a log.</summary>
internal abstract record Testimony
{
    private Testimony()
    {
    }

    /// <summary>It follows from what was known; the checkpoint with this node's cosignature alone.</summary>
    public sealed record Cosigned(string Note) : Testimony;

    /// <summary>The proof does not begin at what is known here.</summary>
    /// <param name="Known">The newest checkpoint known, signed by the log.</param>
    /// <param name="Size">Its size.</param>
    public sealed record OtherSize(string Known, long Size) : Testimony;

    /// <summary>It contradicts what was known.</summary>
    public sealed record Contradiction : Testimony;

    /// <summary>Not signed as it must be.</summary>
    public sealed record Unbelievable(string Reason) : Testimony;
}

/// <summary>Watches partners' logs: cosigns a head only after it was proved to follow from the last one, and remembers it first.</summary>
internal sealed class Witness(NodeContext node)
{
    private Cosigner Cosigner => field ??= new Cosigner(NameOf(node.Membership.Network, node.Membership.Self), node.Membership.Keys.Current(KeyUse.Log).Log);

    /// <summary>The name a member cosigns under.</summary>
    public static string NameOf(string network, MemberCode member) => $"comity/{network}/{member}";

    /// <summary>Judges the head of a partner's ledger.</summary>
    public Task<Testimony> ConsiderAsync(MemberCode owner, LogClaim claim) => node.Store.WriteAsync(session => Consider(session, owner, claim));

    /// <summary>Cosigns a checkpoint that this node has verified in full.</summary>
    public string? Cosign(byte[] note) =>
        SignedNote.TryParse(note, out var parsed, out _) && Checkpoint.TryParse(parsed.Text, out var checkpoint, out _)
            ? SignedNote.Create(parsed.Text, Cosigner.Cosign(checkpoint, node.Now)).ToString()
            : null;

    /// <summary>Keeps a partner's cosignature of one of this node's logs.</summary>
    /// <returns>False where it is not one, or is of another past than this node's.</returns>
    public bool Keep(WriteSession session, MemberCode member, string note)
    {
        var bytes = Encoding.UTF8.GetBytes(note);
        if (!SignedNote.TryParse(bytes, out var parsed, out _) || !Checkpoint.TryParse(parsed.Text, out var checkpoint, out _) || !CosignedBy(parsed, member))
        {
            return false;
        }

        var (log, size, kind) = session.First(
            "SELECT log, size, kind FROM log WHERE origin = @origin", row => (row.GetInt64(0), row.GetInt64(1), row.GetString(2)), ("@origin", checkpoint.Origin));
        if (log == 0 || kind == "mirror" || checkpoint.Head.Size > size || new StoredTree(session, log).RootAt(checkpoint.Head.Size) != checkpoint.Head.Root)
        {
            return false;
        }

        session.Execute(
            """
            INSERT INTO cosignature (log, member, size, note, at) VALUES (@log, @member, @size, @note, @at)
            ON CONFLICT (log, member) DO UPDATE SET size = excluded.size, note = excluded.note, at = excluded.at WHERE excluded.size >= cosignature.size
            """,
            ("@log", log), ("@member", member.ToString()), ("@size", checkpoint.Head.Size), ("@note", bytes), ("@at", node.Now.ToUnixTimeMilliseconds()));
        return true;
    }

    private Testimony Consider(WriteSession session, MemberCode owner, LogClaim claim)
    {
        var bytes = Encoding.UTF8.GetBytes(claim.Note);
        if (OriginOf(bytes) is not { } origin || !IsLedgerOf(owner, origin))
        {
            return new Testimony.Unbelievable("it is not the head of the member's ledger");
        }

        if (CheckpointReader.Read(node.Membership, owner, origin, bytes) is not CheckpointReading.Valid { Head: var head })
        {
            return new Testimony.Unbelievable("the head of the ledger is not signed as it must be");
        }

        var known = WitnessTable.Find(session, origin);
        if (known is not null && head != known.Head && head.Size != known.Head.Size && claim.From != known.Head.Size)
        {
            return new Testimony.OtherSize(Encoding.UTF8.GetString(known.Note), known.Head.Size);
        }

        // What is seen for the first time is believed: there is nothing yet that it could contradict.
        if (known is not null && head != known.Head && (!Proofs.TryRead(claim.Proof, out var proof) || ConsistencyProof.Verify(known.Head, head, proof) != ProofVerdict.Valid))
        {
            Contradict(session, origin, known.Note, bytes, owner);
            return new Testimony.Contradiction();
        }

        WitnessTable.Keep(session, origin, owner, head, bytes, node.Now);
        return new Testimony.Cosigned(Cosign(bytes)!);
    }

    /// <summary>Whether a log is a member's ledger as it is now: in the epoch that its root has opened last, or in one that it has begun while its root is on the way.</summary>
    public bool IsLedgerOf(MemberCode owner, string origin) =>
        LedgerName.TryParse(origin, out var ledger) && ledger.Network == node.Membership.Network && ledger.Owner == owner && ledger.Epoch >= node.Membership.Directory.LedgerEpoch(owner);

    /// <summary>The first line of a signed checkpoint; null where it is none.</summary>
    public static string? OriginOf(byte[] note) =>
        SignedNote.TryParse(note, out var parsed, out _) && Checkpoint.TryParse(parsed.Text, out var checkpoint, out _) ? checkpoint.Origin : null;

    /// <summary>Notes that a log has two pasts.</summary>
    public void Contradict(WriteSession session, string origin, byte[] ours, byte[] theirs, MemberCode source)
    {
        if (ForkTable.Keep(session, origin, ours, theirs, source, node.Now))
        {
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.ForkFound, node.Now, Actor.Node).With("log", origin).With("shown-by", source.ToString()));
        }
    }

    private bool CosignedBy(SignedNote note, MemberCode member)
    {
        var name = NameOf(node.Membership.Network, member);
        var keys = node.Membership.Directory.Find(member)?.Keys[KeyUse.Log].All
            .Select(jwk => node.Membership.Directory.Find(jwk.Id))
            .Where(key => key is { Status.IsActive: true, LogKey: not null })
            .Select(key => new VerifierKey(name, NoteAlgorithm.CosignatureV1, key!.LogKey!))
            .ToList() ?? [];
        return keys.Count > 0 && note.Verify(keys) is NoteVerdict.Signed;
    }
}

/// <summary>A checkpoint of another's log that this node has seen.</summary>
internal sealed record Witnessed(string Origin, MemberCode Owner, TreeHead Head, byte[] Note);

/// <summary>The newest checkpoints seen of others' ledgers.</summary>
internal static class WitnessTable
{
    public static Witnessed? Find(ReadSession session, string origin) =>
        session.First("SELECT origin, owner, size, root, note FROM witnessed WHERE origin = @origin", Row, ("@origin", origin));

    public static List<Witnessed> All(ReadSession session) => session.Query("SELECT origin, owner, size, root, note FROM witnessed ORDER BY origin", Row);

    public static void Keep(WriteSession session, string origin, MemberCode owner, TreeHead head, byte[] note, DateTimeOffset at) =>
        session.Execute(
            """
            INSERT INTO witnessed (origin, owner, size, root, note, at) VALUES (@origin, @owner, @size, @root, @note, @at)
            ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
            """,
            ("@origin", origin), ("@owner", owner.ToString()), ("@size", head.Size), ("@root", head.Root.ToArray()), ("@note", note), ("@at", at.ToUnixTimeMilliseconds()));

    private static Witnessed Row(System.Data.Common.DbDataReader row) =>
        new(row.GetString(0), MemberCode.Parse(row.GetString(1)), new TreeHead(row.GetInt64(2), new TreeHash(row.Bytes(3))), row.Bytes(4));
}

/// <summary>Proofs as base64 lines.</summary>
internal static class Proofs
{
    private const int MostHashes = 64;

    public static string[] Write(TreeHash[] proof) => [.. proof.Select(hash => hash.ToString())];

    public static bool TryRead(string[] lines, out TreeHash[] proof)
    {
        proof = new TreeHash[Math.Min(lines.Length, MostHashes)];
        for (var i = 0; i < proof.Length; i++)
        {
            if (!TreeHash.TryParse(lines[i], out proof[i]))
            {
                return false;
            }
        }

        return lines.Length <= MostHashes;
    }
}
