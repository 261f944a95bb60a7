using Comity.Commands;

return await Root.RunAsync(args, TimeProvider.System);
