namespace Comity.Core.Members;

/// <summary>How a register is shared, which decides where data lie.</summary>
public enum SharingMode
{
    /// <summary>Members hold copies through feeds; a check is answered locally.</summary>
    Replicated,

    /// <summary>Records stay with the owner; a check is sent to the members that hold the register.</summary>
    Queried,

    /// <summary>Neither side shows its data (RFC 9497).</summary>
    Blind,

    /// <summary>Not shared.</summary>
    Local,
}
