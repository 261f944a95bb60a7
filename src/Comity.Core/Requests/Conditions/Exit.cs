namespace Comity.Core.Requests.Conditions;

/// <summary>A way by which data that another State supplied may leave the place and purpose they were supplied for.</summary>
public enum Exit
{
    /// <summary>To a file.</summary>
    Export,

    /// <summary>To paper, or a printable file.</summary>
    Print,

    /// <summary>To another State or organisation.</summary>
    Forward,

    /// <summary>To somebody in this State outside the desk: a court, the defence, another authority, the public.</summary>
    Disclose,

    /// <summary>To another case, register or purpose.</summary>
    AttachToOtherPurpose,
}
