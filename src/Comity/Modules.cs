using Comity.Core.Modules;
using Comity.TravelDocuments;

namespace Comity;

/// <summary>The systems in this program. A new one is a new project and one line here; a State may leave any out.</summary>
internal static class Modules
{
    public static IReadOnlyList<IModule> All { get; } =
    [
        new TravelDocumentsModule(),
    ];
}
