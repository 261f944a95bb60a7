using System.Diagnostics.CodeAnalysis;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>
/// The document that says who the members of a network are and what they may do with each other. A value of this type is
/// well formed; whether it is in force is for <see cref="CharterChain"/> to say. See docs/protocol/charter.md.
/// </summary>
public sealed record Charter
{
    /// <summary>The <c>typ</c> in the header of every signature.</summary>
    public const string DocumentType = "comity-charter";

    /// <summary>The value of the payload's field <c>comity</c>.</summary>
    public const string Form = "charter/1";

    /// <summary>The most members.</summary>
    public const int MaxMembers = 300;

    /// <summary>The longest payload, in bytes: 1 MiB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The longest life of a charter, in weeks.</summary>
    public const int MaxWeeks = 26;

    private const int MaxRegisters = 200;

    /// <summary>The network's short name.</summary>
    public required string Network { get; init; }

    /// <summary>1 for the genesis; each charter is one more than the one before.</summary>
    public required int Number { get; init; }

    /// <summary>The hash of the charter before; null in the genesis.</summary>
    public required CharterHash? Previous { get; init; }

    /// <summary>When it was drawn up.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>From this instant on nothing is exchanged under it.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>How many members' roots must sign the charter after this one, or act together by a notice.</summary>
    public required int Threshold { get; init; }

    /// <summary>The realms in which the network works.</summary>
    public required IReadOnlyList<Realm> Realms { get; init; }

    /// <summary>The members, in the document's order.</summary>
    public required IReadOnlyList<CharterMember> Members { get; init; }

    /// <summary>The registers.</summary>
    public required IReadOnlyList<RegisterTerms> Registers { get; init; }

    /// <summary>The services on request.</summary>
    public required IReadOnlyList<ServiceTerms> Services { get; init; }

    /// <summary>The kinds of request; none in charters of before there were any.</summary>
    public IReadOnlyList<RequestTerms> Requests { get; init; } = [];

    /// <summary>SHA-256 of the payload.</summary>
    public required CharterHash Hash { get; init; }

    /// <summary>The payload and its signatures, as they came.</summary>
    public required JwsDocument Document { get; init; }

    /// <summary>Whether the exchange stops; local work goes on.</summary>
    public bool IsExpired(DateTimeOffset now) => now >= Expires;

    /// <summary>The member with this code; null where there is none.</summary>
    public CharterMember? Find(MemberCode code) => Members.FirstOrDefault(m => m.Code == code);

    /// <summary>Reads a charter from outside. Signatures are not checked.</summary>
    /// <param name="utf8">A JWS in general JSON form.</param>
    /// <param name="charter">The charter.</param>
    /// <param name="faults">On failure, what is wrong, each with its JSON path; at most 20.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out Charter? charter, out IReadOnlyList<string> faults)
    {
        charter = null;
        if (!JwsDocument.TryParse(utf8, DocumentType, MaxBytes, out var document, out var refusal))
        {
            faults = [refusal.Detail];
            return false;
        }

        return TryRead(document, out charter, out faults);
    }

    /// <inheritdoc cref="TryRead(ReadOnlyMemory{byte}, out Charter?, out IReadOnlyList{string})"/>
    /// <param name="document">A document of our type.</param>
    /// <param name="charter">The charter.</param>
    /// <param name="faults">On failure, what is wrong.</param>
    public static bool TryRead(JwsDocument document, [NotNullWhen(true)] out Charter? charter, out IReadOnlyList<string> faults)
    {
        charter = null;
        if (document.Payload.Length > MaxBytes)
        {
            faults = [$"$: has {document.Payload.Length} bytes; at most {MaxBytes} are read"];
            return false;
        }

        if (!StrictJson.TryParseObject(document.Payload, StrictJson.DefaultDepth, out var json, out string? fault))
        {
            faults = ["$: " + fault];
            return false;
        }

        var collected = new JsonFaults();
        var read = Read(new JsonField(json, collected), document);
        if (collected.All.Count == 0)
        {
            CharterRules.Check(read, collected);
        }

        faults = collected.All;
        charter = faults.Count == 0 ? read : null;
        return charter is not null;
    }

    private static Charter Read(JsonField json, JwsDocument document)
    {
        json["comity"].OneOf((Form, 0));
        RefuseUnknownCritical(json["critical"]);
        return new Charter
        {
            Network = ReadNetwork(json["network"]),
            Number = (int)json["number"].Number(1, int.MaxValue),
            Previous = json["previous"].IsPresent ? json["previous"].Value<CharterHash>("64 lower-case hexadecimal digits") : null,
            Issued = json["issued"].Instant(),
            Expires = json["expires"].Instant(),
            Threshold = (int)json["threshold"].Number(1, MaxMembers),
            Realms = json["realms"].Set(1, 2, r => r.OneOf(("live", Realm.Live), ("exercise", Realm.Exercise))),
            Members = json["members"].List(1, MaxMembers, CharterMember.Read),
            Registers = json["registers"].List(0, MaxRegisters, RegisterTerms.Read),
            Services = json["services"].List(0, MaxRegisters, ServiceTerms.Read),
            Requests = json["requests"].IsPresent ? json["requests"].List(0, MaxRegisters, RequestTerms.Read) : [],
            Hash = CharterHash.Of(document.Payload.Span),
            Document = document,
        };
    }

    internal static string ReadNetwork(JsonField json)
    {
        string text = json.Text(Kebab.MaxLength);
        if (text.Length > 0 && !Kebab.IsValid(text))
        {
            json.Fault("must be " + Kebab.Rule);
        }

        return text;
    }

    // Later versions add fields freely; one that an older node must not overlook is named here, and stops it.
    internal static void RefuseUnknownCritical(JsonField json)
    {
        if (json.IsPresent && json.List(0, 100, n => n.Text(100)) is [var first, ..])
        {
            json.Fault($"{Quote.Brief(first)} is critical and not understood by this version");
        }
    }
}
