using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.TravelDocuments.Inventory;

/// <summary>The State's own stock of blanks: a register that is not shared, so its records never leave the node.</summary>
public sealed class StockRegister : ListedRegister<StockEntry>
{
    /// <summary>The register's name.</summary>
    public static RegisterName RegisterName { get; } = RegisterName.Parse("travel-document-stock");

    /// <inheritdoc/>
    public override RegisterName Name => RegisterName;

    /// <summary>Every entry in force.</summary>
    public IEnumerable<StockEntry> Entries => Listed.Select(listed => listed.Value);

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue) =>
        !StockEntry.TryRead(content.Span, out var entry, out var fault) ? new Judgement.Invalid(fault.Field, fault.Reason)
        : !mayIssue(entry.Issuer) ? new Judgement.ForeignIssuer(entry.Issuer)
        : new Judgement.Accepted(entry);
}
