using Comity.Core.Members;

namespace Comity.Core.Access;

/// <summary>What somebody may do.</summary>
[Flags]
public enum Rights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Put a probe to a register.</summary>
    Check = 1,

    /// <summary>Publish, amend and withdraw this State's records; see them.</summary>
    Publish = 2,

    /// <summary>Read and prove the ledger; see statistics.</summary>
    Audit = 4,

    /// <summary>Tokens, charter, feeds: the running of the node.</summary>
    Operate = 8,
}

/// <summary>Who acts: a token's holder at a desk, or the node itself.</summary>
/// <param name="Id">The token's id, or "node".</param>
/// <param name="Desk">The desk, as the State names it.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="Purposes">For which purposes; empty for none.</param>
public sealed record Actor(string Id, string Desk, Rights Rights, IReadOnlySet<Purpose> Purposes)
{
    /// <summary>The node acting by itself (expiry, taking in feeds).</summary>
    public static Actor Node { get; } = new("node", "node", Rights.None, new HashSet<Purpose>());
}
