using System.Text;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Registers.Snapshots;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Registers.Snapshots;

/// <summary>A register that is strict about what enters and leaves it, and can be copied.</summary>
internal sealed class CopiedRegister : ICompactRegister
{
    private readonly SortedDictionary<RecordAddress, TestRecord> _records = new(Comparer<RecordAddress>.Create((a, b) => (a.Log, a.Index).CompareTo((b.Log, b.Index))));
    private List<RecordAddress>? _noted;

    /// <summary>Happens in the midst of the next copy.</summary>
    public Action? Meanwhile { get; set; }

    public string Form { get; init; } = "copied 1";

    public IReadOnlyDictionary<RecordAddress, TestRecord> Records => _records;

    public RegisterName Name => Parties.Replicated;

    public QueriedContract? Contract => null;

    public long Count => _records.Count;

    public Words? SubjectName => null;

    public Subject? SubjectOf(IProbe probe) => null;

    public ProbeReading ReadSubject(string text) => throw new NotSupportedException();

    public long Removals { get; private set; }

    /// <summary>How many records were judged: none of those that came from a copy.</summary>
    public int Judged { get; private set; }

    public Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue)
    {
        Judged++;
        return TestRecord.Read(content, out var fault) is { } record ? new Judgement.Accepted(record) : new Judgement.Invalid("content", fault!);
    }

    public void Add(RecordAddress at, IRegisterRecord record) => _records.Add(at, (TestRecord)record);

    public void Remove(RecordAddress at, IRegisterRecord record)
    {
        Assert.True(_records.Remove(at, out var there) && there == (TestRecord)record, $"{at} was to leave the index and was not in it");
        Removals++;
        _noted?.Add(at);
    }

    public IEnumerable<long> Forget(Func<RecordAddress, bool> gone)
    {
        foreach (var at in _records.Keys.Where(gone).ToList())
        {
            _records.Remove(at);
            _noted?.Add(at);
        }

        yield return _records.Count;
    }

    public ProbeReading ReadProbe(ReadOnlyMemory<byte> json) => new ProbeReading.Invalid("probe", "is not asked here");

    public Findings Find(IProbe probe) => Findings.None;

    public IIndexCopy Copy() => new TestCopy(this);

    public void Read(Stream from, Func<RecordAddress, bool> keep)
    {
        using var reader = new BinaryReader(from, Encoding.UTF8, leaveOpen: true);
        for (var more = reader.ReadBoolean(); more; more = reader.ReadBoolean())
        {
            var at = new RecordAddress(reader.ReadInt32(), reader.ReadInt64());
            var record = TestRecord.Read(reader.ReadBytes(reader.ReadInt32()), out _)!;
            if (keep(at))
            {
                _records.Add(at, record);
            }
        }
    }

    public void Clear() => _records.Clear();

    private sealed class TestCopy : IIndexCopy
    {
        private readonly CopiedRegister _register;

        public TestCopy(CopiedRegister register) => (_register, register._noted) = (register, []);

        public IReadOnlyList<RecordAddress> Removed => [.. _register._noted!];

        public void Write(Stream to)
        {
            using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
            var half = _register._records.Keys.Skip(_register._records.Count / 2).Cast<RecordAddress?>().FirstOrDefault();
            Write(writer, at => half is { } from && Before(at, from));
            _register.Meanwhile?.Invoke();
            _register.Meanwhile = null;
            Write(writer, at => half is not { } from || !Before(at, from));
            writer.Write(false);
        }

        public void Dispose() => _register._noted = null;

        private void Write(BinaryWriter writer, Func<RecordAddress, bool> which)
        {
            foreach (var (at, record) in _register._records.Where(pair => which(pair.Key)))
            {
                var content = record.ToContent();
                writer.Write(true);
                writer.Write(at.Log);
                writer.Write(at.Index);
                writer.Write(content.Length);
                writer.Write(content);
            }
        }

        private static bool Before(RecordAddress a, RecordAddress b) => a.Log < b.Log || (a.Log == b.Log && a.Index < b.Index);
    }
}
