using System.Text.Json;
using System.Text.Json.Serialization;
using Comity.Core.Jose;

namespace Comity.Core.Contacts;

/// <summary>What a node says at every contact. docs/protocol/contact.md.</summary>
/// <remarks>
/// Lists are bounded by <see cref="ContactLimits"/>; what is beyond is refused. Settable, not init-only: the serializer would
/// put null for an init-only list that is absent, where the default is due.
/// </remarks>
internal sealed record ContactQuestion
{
    /// <summary>Protocol versions spoken.</summary>
    public int[] Versions { get; set; } = [];

    /// <summary>Number of the charter gone by.</summary>
    public long Charter { get; set; }

    /// <summary>SHA-256 over the hashes of all notices held, in order of their text; base64url.</summary>
    public string Notices { get; set; } = "";

    /// <summary>The head of the asker's ledger, for the other to cosign.</summary>
    public LogClaim? Ledger { get; set; }

    /// <summary>The asker's cosignatures of the other's logs: checkpoints with the cosignature as their only signature.</summary>
    public string[] Cosignatures { get; set; } = [];

    /// <summary>Newest checkpoints of third members' logs that the other may know, too.</summary>
    public string[] Seen { get; set; } = [];

    /// <summary>Sizes of the other's ledger that are known here or that third members have shown: prove that they lead to the head.</summary>
    public long[] Prove { get; set; } = [];

    /// <summary>Sizes of the other's feeds that are here.</summary>
    public Dictionary<string, long> Known { get; set; } = [];

    /// <summary>Seconds to wait for news before answering; 0 to 30.</summary>
    public int Wait { get; set; }
}

/// <summary>The answer to a contact.</summary>
internal sealed record ContactAnswer
{
    public int[] Versions { get; set; } = [];

    public long Charter { get; set; }

    public string Notices { get; set; } = "";

    public LogClaim? Ledger { get; set; }

    /// <summary>The asker's checkpoint with the answerer's cosignature, where it was given.</summary>
    public string? Cosigned { get; set; }

    /// <summary>The newest checkpoint of the asker's ledger known here, where the one shown does not follow from it.</summary>
    public string? Witnessed { get; set; }

    public string[] Seen { get; set; } = [];

    /// <summary>Proofs that were asked for, as they could be given.</summary>
    public LedgerProof[] Proofs { get; set; } = [];

    /// <summary>Newest checkpoints of the feeds that the asker may have.</summary>
    public string[] Feeds { get; set; } = [];
}

/// <summary>A log's head, and that it follows from an earlier one.</summary>
/// <param name="Note">The signed checkpoint.</param>
/// <param name="From">The earlier size: the last that the other cosigned.</param>
/// <param name="Proof">The consistency proof, base64.</param>
internal sealed record LogClaim(string Note, long From, string[] Proof);

/// <summary>That a ledger of an earlier size leads to the head that stands in the same answer.</summary>
internal sealed record LedgerProof(long From, string[] Proof);

/// <summary>What is asked of charters and notices.</summary>
/// <param name="After">Charters with a higher number are wanted.</param>
/// <param name="Notices">Hashes of the notices that are here.</param>
internal sealed record DocumentsQuestion(long After, string[] Notices);

/// <summary>Charters and notices, as signed, base64url.</summary>
internal sealed record DocumentsAnswer(string[] Charters, string[] Notices);

/// <summary>How much a contact may hold.</summary>
internal static class ContactLimits
{
    public const int MaxBytes = 2 << 20;
    public const int MaxNotes = 5000;
    public const int MaxProofs = 16;
    public const int MaxWait = 30;
}

[JsonSerializable(typeof(ContactQuestion))]
[JsonSerializable(typeof(ContactAnswer))]
[JsonSerializable(typeof(DocumentsQuestion))]
[JsonSerializable(typeof(DocumentsAnswer))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class ContactJson : JsonSerializerContext
{
    /// <summary>Reads a message; null with the fault where it cannot be read. No list in it holds a null.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, out string? fault)
        where T : class
    {
        if (!StrictJson.TryParseObject(json, 8, out _, out fault))
        {
            return null;   // also a text that is no Unicode, which the serializer would let through
        }

        try
        {
            var read = JsonSerializer.Deserialize(json.Span, type);
            fault = read is null ? "the body is null" : NullIn(read);
            return fault is null ? read : null;
        }
        catch (JsonException e)
        {
            fault = $"{e.Path}: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            return null;
        }
    }

    // The serializer knows that a list is not null, but not that its elements are not.
    private static string? NullIn(object message) => message switch
    {
        ContactQuestion question => Null("cosignatures", question.Cosignatures) ?? Null("seen", question.Seen) ?? Null("ledger.proof", question.Ledger?.Proof),
        ContactAnswer answer => Null("seen", answer.Seen) ?? Null("feeds", answer.Feeds) ?? Null("ledger.proof", answer.Ledger?.Proof)
            ?? Null("proofs", answer.Proofs) ?? answer.Proofs.Select(proof => Null("proofs.proof", proof.Proof)).FirstOrDefault(fault => fault is not null),
        DocumentsQuestion question => Null("notices", question.Notices),
        DocumentsAnswer answer => Null("charters", answer.Charters) ?? Null("notices", answer.Notices),
        _ => null,
    };

    private static string? Null(string name, object?[]? items) => items?.Contains(null) == true ? $"{name} has an element that is null" : null;
}
