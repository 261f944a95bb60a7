using System.Text.Json;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Registers.Snapshots;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Pages;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments;

/// <summary>The register of travel documents: replicated, so that a check is answered from memory, also with the line down.</summary>
public sealed class DocumentRegister : ICompactRegister
{
    /// <summary>The register's name in charters and feeds.</summary>
    public static RegisterName RegisterName { get; } = RegisterName.Parse("travel-documents");

    // The seed only spreads keys over shards; it keeps no secret, but a stranger who knew it could crowd one shard.
    private DocumentIndex _index = NewIndex();

    /// <inheritdoc/>
    public RegisterName Name => RegisterName;

    /// <inheritdoc/>
    public QueriedContract? Contract => null;

    /// <inheritdoc/>
    public long Count => _index.Count;

    /// <inheritdoc/>
    public long Removals => _index.Removals;

    /// <inheritdoc/>
    public string Form { get; } = $"documents {typeof(DocumentRegister).Module.ModuleVersionId} {typeof(DocumentNumber).Module.ModuleVersionId}";

    /// <inheritdoc/>
    public Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue) =>
        !DocumentJson.TryRead(content.Span, out var record, out var faults) ? new Judgement.Invalid(faults[0].Field, faults[0].Reason)
        : !mayIssue(record.Issuer) ? new Judgement.ForeignIssuer(record.Issuer)
        : new Judgement.Accepted(record);

    /// <inheritdoc/>
    public void Add(RecordAddress at, IRegisterRecord record) => _index.Add((DocumentRecord)record, at);

    /// <inheritdoc/>
    public void Remove(RecordAddress at, IRegisterRecord record) => _index.Remove((DocumentRecord)record, at);

    /// <inheritdoc/>
    public IEnumerable<long> Forget(Func<RecordAddress, bool> gone) => _index.Forget(gone);

    /// <inheritdoc/>
    public IIndexCopy Copy() => _index.Copy();

    /// <inheritdoc/>
    public void Read(Stream from, Func<RecordAddress, bool> keep) => _index = DocumentIndex.Read(from, keep);

    /// <inheritdoc/>
    public void Clear() => _index = NewIndex();

    /// <inheritdoc/>
    public ProbeReading ReadProbe(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            IssuingCode issuer = default;
            DocumentType type = default;
            var (issuing, typed) = (Text(document.RootElement, "issuer"), Text(document.RootElement, "type"));
            return !DocumentNumber.TryParse(Text(document.RootElement, "number"), null, out var number) ? new ProbeReading.Invalid("number", "is missing or no document number")
                : issuing is not null && !IssuingCode.TryParse(issuing, null, out issuer) ? new ProbeReading.Invalid("issuer", "must be 1 to 3 letters A to Z")
                : typed is not null && !DocumentType.TryParse(typed, null, out type) ? new ProbeReading.Invalid("type", "must be 1 or 2 letters A to Z")
                : new ProbeReading.Accepted(new DocumentProbe(number, issuing is null ? null : issuer, typed is null ? null : type));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new ProbeReading.Invalid("probe", "is no object with text in it");
        }
    }

    /// <summary>The number: an officer who types it need not know the issuer, so questions with and without one are found together.</summary>
    public Subject? SubjectOf(IProbe probe)
    {
        var asked = (DocumentProbe)probe;
        return new Subject(asked.Number.ToString(), asked.Issuer is null && asked.Type is null ? null : $"{asked.Issuer} {asked.Type}".Trim());
    }

    /// <inheritdoc/>
    public Words? SubjectName { get; } = new("Document number", "Numéro du document");

    /// <inheritdoc/>
    public ProbeReading ReadSubject(string text) => DocumentNumber.TryParse(text, null, out var number)
        ? new ProbeReading.Accepted(new DocumentProbe(number)) : new ProbeReading.Invalid("subject", "is no document number");

    /// <inheritdoc/>
    public IEnumerable<RecordLine> Show(ReadOnlyMemory<byte> content) => DocumentJson.TryRead(content.Span, out var record, out _) ? DocumentWords.Lines(record) : [];

    /// <inheritdoc/>
    public Words StrengthName(string strength) => DocumentWords.Strength(strength);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    /// <inheritdoc/>
    public Findings Find(IProbe probe)
    {
        var asked = (DocumentProbe)probe;
        var found = _index.Check(asked);
        return new Findings(
            [.. found.Hits.Concat(found.Near).Select(match => new Found(match.Address, match.Strength.IsHit(), match.Strength.Code(), match.Explain(asked)))],
            found.NearLeftOut > 0);
    }

    private static DocumentIndex NewIndex() => new(BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));
}
