using Comity.Core.Access;
using Comity.Core.Web.Pages;

namespace Comity.Pages.Network;

/// <summary>A picture of who gives what to whom, and how fresh it is.</summary>
public sealed class IndexModel : NodePage
{
    public IReadOnlyList<Line> Partners { get; private set; } = [];

    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public void OnGet() => Partners = Lines.All(Node, Realm);
}
