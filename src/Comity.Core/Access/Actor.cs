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

    /// <summary>Be the second of two persons.</summary>
    Approve = 16,

    /// <summary>See who asked about somebody or something, and ask for what is sealed to be opened.</summary>
    Protect = 32,

    /// <summary>Officers' accounts.</summary>
    Administer = 64,

    /// <summary>Ask other States and answer them: see, draft and act, as far as the kind of request lets one's role.</summary>
    Request = 128,
}

/// <summary>Who acts: an officer, a system that holds a token, or the node itself.</summary>
/// <param name="Id">The officer's or the token's id, or "node": what the ledger names.</param>
/// <param name="Desk">The desk, as the State names it.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="Purposes">For which purposes; empty for none.</param>
/// <param name="Person">The officer's id where a person acts, however signed in; null for a system and for the node. Two persons are two of these.</param>
public sealed record Actor(string Id, string Desk, Rights Rights, IReadOnlySet<Purpose> Purposes, string? Person = null)
{
    /// <summary>The node acting by itself (expiry, taking in feeds).</summary>
    public static Actor Node { get; } = new("node", "node", Rights.None, new HashSet<Purpose>());
}
