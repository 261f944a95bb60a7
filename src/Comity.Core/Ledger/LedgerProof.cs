using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Ledger;

/// <summary>A file that proves one ledger entry to anybody who knows the network's genesis hash, without the node. docs/protocol/ledger.md.</summary>
public static class LedgerProofFile
{
    /// <summary>A longer file is refused, bytes.</summary>
    public const int MaxBytes = 64 << 20;

    private const string Form = "ledger-proof/1";

    /// <summary>Makes the file, by the newest head of the entry's epoch; null where there is no such entry.</summary>
    public static byte[]? Make(NodeContext node, long index, int? epoch = null) => node.Store.Read(session =>
    {
        if (LedgerEpoch.Find(session, epoch) is not { Checkpoint: { } note, Log: var log, Size: var size } || index < 0 || index >= size || !SignedNote.TryParse(note, out var signed, out _))
        {
            return null;
        }

        var leaf = session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", log), ("@idx", index))!;
        var proof = new LogProof(index, new StoredTree(session, log).Inclusion(index, size), signed);
        var cosigned = session.Query("SELECT note FROM cosignature WHERE log = @log ORDER BY member", row => (JsonNode)Encoding.UTF8.GetString(row.Bytes(0)), ("@log", log));
        var json = new JsonObject
        {
            ["comity"] = Form,
            ["member"] = node.Membership.Self.ToString(),
            ["entry"] = StrictBase64Url.Encode(leaf),
            ["proof"] = Encoding.UTF8.GetString(proof.ToBytes()),
            ["cosigned"] = new JsonArray([.. cosigned]),
            ["charters"] = new JsonArray([.. node.Membership.Chain.All.Select(charter => (JsonNode)StrictBase64Url.Encode(charter.Document.ToJson()))]),
            ["notices"] = new JsonArray([.. node.Membership.Notices.All.Select(notice => (JsonNode)StrictBase64Url.Encode(notice.Document.ToJson()))]),
        };
        return JsonSerializer.SerializeToUtf8Bytes(json);
    });

    /// <summary>Verifies a file by itself.</summary>
    /// <param name="file">As received.</param>
    /// <param name="genesis">The genesis hash as it was exchanged in person; null to take the file's own and show it for comparison.</param>
    public static LedgerProofVerdict Check(ReadOnlyMemory<byte> file, CharterHash? genesis)
    {
        if (!StrictJson.TryParseObject(file, 8, out var json, out var fault))
        {
            return new LedgerProofVerdict.Invalid($"the file is no JSON object: {fault}");
        }

        var fields = new Fields(json);
        if (fields.Text("comity", 40) != Form)
        {
            return new LedgerProofVerdict.Invalid($"comity is not {Form}");
        }

        var member = fields.Member("member");
        var leaf = fields.BytesUpTo("entry", 64 * 1024);
        var proofText = fields.Text("proof", 4 << 20);
        var charters = Documents(fields, "charters");
        var notices = Documents(fields, "notices");
        if (fields.Fault is not null || charters.Count == 0 || !Charter.TryRead(charters[0], out var first, out _))
        {
            return new LedgerProofVerdict.Invalid(fields.Fault ?? "charters: the first cannot be read");
        }

        if (genesis is { } known && known != first.Hash)
        {
            return new LedgerProofVerdict.Invalid($"the file is of the network with genesis {first.Hash}");
        }

        return Directory(first.Hash, charters, notices) is { } directory
            ? Verify(member, leaf, proofText, first.Hash, directory)
            : new LedgerProofVerdict.Invalid("charters: the chain does not hold");
    }

    private static LedgerProofVerdict Verify(MemberCode member, byte[] leaf, string proofText, CharterHash genesis, MemberDirectory directory)
    {
        if (!LogProof.TryParse(Encoding.UTF8.GetBytes(proofText), out var proof, out var fault))
        {
            return new LedgerProofVerdict.Invalid($"proof: {fault}");
        }

        var origin = Contacts.Witness.OriginOf(proof.Checkpoint.ToBytes()) ?? "";
        if (!LedgerName.TryParse(origin, out var ledger) || ledger.Owner != member || ledger.Network != genesis.ToString()[..16])
        {
            return new LedgerProofVerdict.Invalid($"the checkpoint is not of the ledger of {member} in this network");
        }

        var end = directory.End(member, origin)?.Size ?? long.MaxValue;
        var keys = directory.Find(member)?.Keys[KeyUse.Log].All.Select(jwk => directory.Find(jwk.Id)).OfType<KnownKey>().Where(key => key.LogKey is not null).ToList() ?? [];
        foreach (var key in keys)
        {
            var verifier = new VerifierKey(origin, NoteAlgorithm.Ed25519, key.LogKey!);
            if (proof.TryVerify(Rfc6962.LeafHash(leaf), verifier, [], out var signed, out fault) && key.Status.Covers(origin, signed.Checkpoint.Head.Size) && signed.Checkpoint.Head.Size <= end)
            {
                return new LedgerProofVerdict.Proved(member, genesis, proof.Index, signed.Checkpoint.Head.Size, Encoding.UTF8.GetString(leaf));
            }
        }

        return new LedgerProofVerdict.Invalid(fault ?? $"no log key of {member} in the charter has signed the checkpoint");
    }

    private static MemberDirectory? Directory(CharterHash genesis, List<byte[]> charters, List<byte[]> notices) =>
        CharterChain.Of(genesis, charters) is { Current: { } current } chain ? MemberDirectory.Of(current, NoticeBoard.Of(notices, chain)) : null;

    private static List<byte[]> Documents(Fields fields, string name) =>
        [.. fields.Items(name, 100_000).Select(item => item.ValueKind == JsonValueKind.String && StrictBase64Url.TryDecode(item.GetString(), out var bytes) ? bytes : fields.Wrong(name, "has an element that is not base64url", Array.Empty<byte>()))];
}

/// <summary>What a proof file is worth.</summary>
public abstract record LedgerProofVerdict
{
    private LedgerProofVerdict()
    {
    }

    /// <summary>The entry stands in the ledger of that member of that network.</summary>
    public sealed record Proved(MemberCode Member, CharterHash Genesis, long Index, long Size, string Entry) : LedgerProofVerdict;

    /// <summary>It proves nothing.</summary>
    public sealed record Invalid(string Reason) : LedgerProofVerdict;
}
