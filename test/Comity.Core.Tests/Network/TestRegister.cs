using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Tests.Network;

/// <summary>A record of the test registers: who issued what, for whom it is meant (to be checked wherever it turns up), and a value.</summary>
internal sealed record TestRecord(IssuingCode Issuer, string Key, string For, string Value) : IRegisterRecord
{
    public string NaturalKey => $"{Issuer}-{Key}";

    public byte[] ToContent() => Encoding.UTF8.GetBytes(new JsonObject { ["issuer"] = Issuer.ToString(), ["key"] = Key, ["for"] = For, ["value"] = Value }.ToJsonString());

    public static TestRecord? Read(ReadOnlyMemory<byte> content, out string? fault)
    {
        if (!StrictJson.TryParseObject(content, 4, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var record = new TestRecord(
            IssuingCode.TryParse(fields.Text("issuer", 3), null, out var issuer) ? issuer : fields.Wrong("issuer", "is no issuing code", default(IssuingCode)),
            fields.Text("key", 40), fields.Text("for", 200), fields.Text("value", 200));
        fault = fields.Fault;
        return fault is null ? record : null;
    }
}

internal sealed record TestProbe(string Key) : IProbe
{
    public byte[] ToContent() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["key"] = Key });
}

/// <summary>A register that finds records by their key.</summary>
internal sealed class TestRegister(RegisterName name, QueriedContract? contract = null) : IRegister
{
    private readonly Dictionary<RecordAddress, TestRecord> _records = [];

    public RegisterName Name => name;

    public QueriedContract? Contract => contract;

    public IReadOnlyDictionary<RecordAddress, TestRecord> Records => _records;

    public Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue) => TestRecord.Read(content, out var fault) switch
    {
        null => new Judgement.Invalid("content", fault!),
        var record when !mayIssue(record.Issuer) => new Judgement.ForeignIssuer(record.Issuer),
        var record => new Judgement.Accepted(record),
    };

    public void Add(RecordAddress at, IRegisterRecord record) =>
        Assert.True(_records.TryAdd(at, (TestRecord)record) || _records[at] == (TestRecord)record, $"{at} is in the index with another record");

    public void Remove(RecordAddress at, IRegisterRecord record) =>
        Assert.True(_records.Remove(at, out var there) && there == (TestRecord)record, $"{at} was to leave the index and was not in it");

    public IEnumerable<long> Forget(Func<RecordAddress, bool> gone)
    {
        foreach (var at in _records.Keys.Where(gone).ToList())
        {
            _records.Remove(at);
        }

        yield return _records.Count;
    }

    public ProbeReading ReadProbe(ReadOnlyMemory<byte> json)
    {
        if (!StrictJson.TryParseObject(json, 4, out var element, out var fault))
        {
            return new ProbeReading.Invalid("probe", fault);
        }

        var fields = new Fields(element);
        var key = fields.Text("key", 40);
        return fields.Fault is null ? new ProbeReading.Accepted(new TestProbe(key)) : new ProbeReading.Invalid("key", fields.Fault);
    }

    public Subject? SubjectOf(IProbe probe) => new(((TestProbe)probe).Key.ToUpperInvariant(), $"written {((TestProbe)probe).Key}");

    public Words? SubjectName { get; } = new("Key", "Clé");

    public ProbeReading ReadSubject(string text) => new ProbeReading.Accepted(new TestProbe(text));

    public Findings Find(IProbe probe) => new(
        [.. _records.Where(pair => pair.Value.Key == ((TestProbe)probe).Key).Select(pair => new Found(pair.Key, true, "exact", new Words("the same key", "la même clé")))]);
}
