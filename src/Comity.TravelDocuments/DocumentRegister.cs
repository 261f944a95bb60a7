using System.Text.Json;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments;

/// <summary>The register of travel documents: replicated, so that a check is answered from memory, also with the line down.</summary>
public sealed class DocumentRegister : IRegister
{
    /// <summary>The register's name in charters and feeds.</summary>
    public static RegisterName RegisterName { get; } = RegisterName.Parse("travel-documents");

    // The seed only spreads keys over shards; it keeps no secret, but a stranger who knew it could crowd one shard.
    private readonly DocumentIndex _index = new(BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));

    /// <inheritdoc/>
    public RegisterName Name => RegisterName;

    /// <inheritdoc/>
    public QueriedContract? Contract => null;

    /// <summary>How many records the index holds.</summary>
    public long Count => _index.Count;

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
    public ProbeReading ReadProbe(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("number", out var text) && DocumentNumber.TryParse(text.GetString(), null, out var number)
                ? new ProbeReading.Accepted(new DocumentProbe(number))
                : new ProbeReading.Invalid("number", "is no document number");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new ProbeReading.Invalid("number", "is missing or not text");
        }
    }

    /// <inheritdoc/>
    public Findings Find(IProbe probe)
    {
        var asked = (DocumentProbe)probe;
        var found = _index.Check(asked);
        return new Findings(
            [.. found.Hits.Concat(found.Near).Select(match => new Found(match.Address, match.Strength.IsHit(), match.Strength.Code(), match.Explain(asked)))],
            found.NearLeftOut > 0);
    }
}
