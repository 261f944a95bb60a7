using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Web.Pages;

/// <summary>A page in the navigation. Entries of one group stand together; the groups are the first row, in the order in which they are first named.</summary>
/// <param name="Group">The group, e.g. Travel documents.</param>
/// <param name="Text">The entry's own words.</param>
/// <param name="Path">The page's path, e.g. <c>/documents/check</c>.</param>
/// <param name="Acts">The acts for which the page is there: whoever may do one of them sees the entry.</param>
public sealed record NavigationEntry(Words Group, Words Text, string Path, Func<Actor, IEnumerable<Act>> Acts)
{
    /// <summary>Whether the entry is for this actor.</summary>
    public bool IsFor(Membership membership, Actor actor) => Gate.MayAny(membership, actor, Acts(actor));
}
