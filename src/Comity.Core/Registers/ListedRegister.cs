using System.Collections.Concurrent;

namespace Comity.Core.Registers;

/// <summary>A register whose records are listed, not probed: all of them lie in memory, and nothing is asked of it but the list.</summary>
/// <typeparam name="T">A record.</typeparam>
public abstract class ListedRegister<T> : IRegister
    where T : IRegisterRecord
{
    private readonly ConcurrentDictionary<RecordAddress, T> _entries = new();

    /// <inheritdoc/>
    public abstract Members.RegisterName Name { get; }

    /// <inheritdoc/>
    public QueriedContract? Contract => null;

    /// <summary>Every record in force, and where it is.</summary>
    public IEnumerable<KeyValuePair<RecordAddress, T>> Listed => _entries;

    /// <inheritdoc/>
    public abstract Judgement Judge(ReadOnlyMemory<byte> content, Func<Members.IssuingCode, bool> mayIssue);

    /// <inheritdoc/>
    public void Add(RecordAddress at, IRegisterRecord record) => _entries[at] = (T)record;

    /// <inheritdoc/>
    public void Remove(RecordAddress at, IRegisterRecord record) => _entries.TryRemove(at, out _);

    /// <inheritdoc/>
    public IEnumerable<long> Forget(Func<RecordAddress, bool> gone)
    {
        foreach (var at in _entries.Keys.Where(gone))
        {
            _entries.TryRemove(at, out _);
        }

        yield return _entries.Count;
    }

    /// <inheritdoc/>
    public ProbeReading ReadProbe(ReadOnlyMemory<byte> json) => new ProbeReading.Invalid("probe", "cannot be put to this register");

    /// <inheritdoc/>
    public Subject? SubjectOf(IProbe probe) => null;

    /// <inheritdoc/>
    public Words? SubjectName => null;

    /// <inheritdoc/>
    public ProbeReading ReadSubject(string text) => new ProbeReading.Invalid("subject", "cannot be put to this register");

    /// <inheritdoc/>
    public Findings Find(IProbe probe) => Findings.None;
}
