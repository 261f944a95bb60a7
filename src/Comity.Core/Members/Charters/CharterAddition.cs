namespace Comity.Core.Members;

/// <summary>What came of offering a charter to a chain.</summary>
public abstract record CharterAddition
{
    private CharterAddition() { }

    /// <summary>It is the next one and valid.</summary>
    /// <param name="Chain">The chain with it; the old one is unchanged.</param>
    /// <param name="Charter">The charter, now current.</param>
    public sealed record Added(CharterChain Chain, Charter Charter) : CharterAddition;

    /// <summary>The chain has this very charter.</summary>
    public sealed record AlreadyThere(Charter Charter) : CharterAddition;

    /// <summary>Charters between are missing; nothing was checked but the form.</summary>
    /// <param name="Missing">The number that is needed next.</param>
    /// <param name="Offered">The number of the charter offered.</param>
    public sealed record Gap(int Missing, int Offered) : CharterAddition;

    /// <summary>It is not accepted and never will be after this chain, as it stands.</summary>
    /// <param name="Fault">The kind of refusal.</param>
    /// <param name="Detail">What is wrong.</param>
    public sealed record Refused(CharterFault Fault, string Detail) : CharterAddition;
}

/// <summary>Why a charter or a notice is refused.</summary>
public enum CharterFault
{
    /// <summary>Not well formed; the detail names the JSON path.</summary>
    Malformed,

    /// <summary>For another network, or for one of the same name with another genesis.</summary>
    WrongNetwork,

    /// <summary>Not the genesis whose hash was given in person.</summary>
    WrongGenesis,

    /// <summary>Does not name the charter before by its hash, or is dated before it.</summary>
    BrokenChain,

    /// <summary>Too few of the members that must sign did, or a signature does not fit.</summary>
    NotSigned,

    /// <summary>Valid, but another valid charter with this number is here already: the signers signed twice, and people must talk.</summary>
    Fork,

    /// <summary>Speaks of a member or key that the charter does not have, or asks for what cannot be done to it.</summary>
    NotApplicable,
}
