using System.CommandLine;
using Comity.Core.Modules;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Commands;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Inventory;
using Comity.TravelDocuments.Pages;
using Comity.TravelDocuments.Records;
using Comity.TravelDocuments.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments;

/// <summary>Lost and stolen travel documents, and the stock of blanks.</summary>
public sealed class TravelDocumentsModule : IModule
{
    /// <inheritdoc/>
    public string Name => "travel-documents";

    /// <inheritdoc/>
    public IReadOnlyList<IRegister> CreateRegisters() => [new DocumentRegister(), new StockRegister()];

    /// <inheritdoc/>
    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/travel-documents").WithTags("Travel documents");
        CheckDocument.Map(group);
        PublishDocuments.Map(group);
        WithdrawDocument.Map(group);
        ListDocuments.Map(group);
        OwnDocuments.Map(group);
        ImportDocuments.Map(group);
        StockRoutes.Map(group);
        CountDocuments.Map(group);
    }

    /// <inheritdoc/>
    public IEnumerable<NavigationEntry> Navigation => DocumentPages.Navigation;

    /// <inheritdoc/>
    public IEnumerable<Command> CreateCommands(CommandLine commandLine) =>
    [
        new Command("documents", "Lost, stolen and revoked travel documents.")
        {
            CheckCommand.Create(commandLine),
            PublishCommands.CreatePublish(commandLine),
            PublishCommands.CreateAmend(commandLine),
            PublishCommands.CreateWithdraw(commandLine),
            ImportCommand.Create(commandLine),
            ImportCommand.CreateList(commandLine),
            OwnCommand.Create(commandLine),
            ExportCommand.Create(commandLine),
            InventoryCommand.Create(commandLine),
            StatsCommand.Create(commandLine),
        },
    ];
}
