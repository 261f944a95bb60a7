using Comity.Core.Access;
using Comity.Core.Web.Pages;

namespace Comity.TravelDocuments.Pages;

/// <summary>An officer checks one document after another.</summary>
public sealed class CheckModel : NodePage
{
    /// <inheritdoc/>
    protected override IEnumerable<Act> Acts => DocumentPages.Check(Actor);
}
