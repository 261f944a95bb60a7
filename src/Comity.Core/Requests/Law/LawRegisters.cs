using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Law;

/// <summary>What each member says of its law: a register like any other, so that it is signed, versioned, fed to partners and kept by both databases.</summary>
public sealed class LawRegister : ListedRegister<LawStatement>
{
    /// <summary>The register's name.</summary>
    public static RegisterName RegisterName { get; } = RegisterName.Parse("request-law");

    /// <inheritdoc/>
    public override RegisterName Name => RegisterName;

    /// <inheritdoc/>
    /// <remarks>The owner of a feed speaks for itself alone: a statement names no State.</remarks>
    public override Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue) =>
        LawStatement.TryRead(content, out var statement, out var fault) ? new Judgement.Accepted(statement) : new Judgement.Invalid(fault.Field, fault.Reason);
}

/// <summary>Obstacles that members met, and their remedies.</summary>
public sealed class ObstacleRegister : ListedRegister<Obstacle>
{
    /// <summary>The register's name.</summary>
    public static RegisterName RegisterName { get; } = RegisterName.Parse("request-obstacles");

    /// <inheritdoc/>
    public override RegisterName Name => RegisterName;

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlyMemory<byte> content, Func<IssuingCode, bool> mayIssue) =>
        Obstacle.TryRead(content, out var obstacle, out var fault) ? new Judgement.Accepted(obstacle) : new Judgement.Invalid(fault.Field, fault.Reason);
}
