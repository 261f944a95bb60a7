using System.Collections.Concurrent;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.TravelDocuments.Inventory;

/// <summary>The State's own stock of blanks: a register that is not shared, so its records never leave the node.</summary>
public sealed class StockRegister : IRegister
{
    /// <summary>The register's name.</summary>
    public static RegisterName RegisterName { get; } = RegisterName.Parse("travel-document-stock");

    private readonly ConcurrentDictionary<RecordAddress, StockEntry> _entries = new();

    /// <inheritdoc/>
    public RegisterName Name => RegisterName;

    /// <inheritdoc/>
    public QueriedContract? Contract => null;

    /// <summary>Every entry in force.</summary>
    public IEnumerable<StockEntry> Entries => _entries.Values;

    /// <inheritdoc/>
    public Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue) =>
        !StockEntry.TryRead(content.Span, out var entry, out var fault) ? new Judgement.Invalid(fault.Field, fault.Reason)
        : !mayIssue(entry.Issuer) ? new Judgement.ForeignIssuer(entry.Issuer)
        : new Judgement.Accepted(entry);

    /// <inheritdoc/>
    public void Add(RecordAddress at, IRegisterRecord record) => _entries[at] = (StockEntry)record;

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
