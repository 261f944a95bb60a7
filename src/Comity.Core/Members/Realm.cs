namespace Comity.Core.Members;

/// <summary>Whether something is in earnest. What belongs to one realm never reaches the other.</summary>
public enum Realm
{
    /// <summary>In earnest.</summary>
    Live,

    /// <summary>A drill with made-up data.</summary>
    Exercise,
}
