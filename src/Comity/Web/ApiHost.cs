using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Comity.Core;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Web;
using Comity.Home;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Comity.Web;

/// <summary>The API for this State's own people and systems.</summary>
internal static class ApiHost
{
    public static WebApplication Build(Node node, NodeHome home, PastGuard guard)
    {
        var options = home.Options;
        var builder = WebApplication.CreateSlimBuilder();
        Logging.Configure(builder.Logging);
        if (options.Api.IsHttps)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Api.MaxBody;
            if (options.Api.IsHttps)
            {
                var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
                    home.Resolve(options.Api.Certificate!), home.Resolve(options.Api.CertificateKey!));
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
            }
        });
        builder.WebHost.UseUrls(options.Api.Listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton(node);
        KeepFrameworkKeys(builder.Services, node);
        builder.Services.AddHostedService<ProcessWorker>();
        builder.Services.AddHostedService<ContactWorker>();
        builder.Services.AddHostedService<RequestWorker>();
        builder.Services.AddHostedService<MaintenanceWorker>();
        builder.Services.AddHostedService<SnapshotWorker>();
        builder.Services.AddSingleton(guard);
        builder.Services.AddHostedService<PastWorker>();
        builder.Services.AddSingleton(options);
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);   // told by Errors, with field and line
        PageHost.AddPages(builder.Services);
        builder.Services.AddRateLimiter(limiter => Limit(limiter, options.Api.RequestsPerMinute));
        var app = builder.Build();
        app.Use(SecurityHeaders.Add);
        app.Use(Errors);
        app.UseRateLimiter();
        app.Use(PageHost.FrameAsync);
        app.UseRouting();
        app.Use(Entrance.LetInAsync);
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        HealthRoutes.Map(app, node);
        AssetRoutes.Map(app);
        app.MapRazorPages();
        var api = app.MapGroup("/api/v1");
        CoreRoutes.Map(api);
        foreach (var module in Modules.All)
        {
            module.MapRoutes(api);
        }

        return app;
    }

    /// <summary>Antiforgery tokens hold in every process of the node and after a restart.</summary>
    private static void KeepFrameworkKeys(IServiceCollection services, Node node)
    {
        services.AddDataProtection().SetApplicationName("comity");
        services.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new DataKeys(node.Context);
            keys.XmlEncryptor = new DataKeySeal(node.Context.Sealer);
        });
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "comity-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.HeaderName = "X-Comity-Form";
            antiforgery.SuppressXFrameOptionsHeader = true;   // frame-ancestors says it
        });
    }

    /// <summary>What the framework refuses, or what fails, is told as problem details, too; never with the exception's own words.</summary>
    private static async Task Errors(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException e)
        {
            await Api.Refuse(e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemKind.TooLarge : ProblemKind.Invalid, Explain(e)).ExecuteAsync(http);
        }
        catch (Core.Storage.StorageException e) when (e.ReadOnly && !http.Response.HasStarted)
        {
            await Api.Refuse(ProblemKind.ReadOnly, e.Message).ExecuteAsync(http);
        }
        catch (Core.Storage.StorageException) when (!http.Response.HasStarted)
        {
            await Api.Refuse(ProblemKind.Unavailable).ExecuteAsync(http);
        }
        catch (Exception e) when (e is not OperationCanceledException && !http.Response.HasStarted)
        {
            LogFailure(http, e);
            await Api.Refuse(Internal).ExecuteAsync(http);
        }

        if (http.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: 404 or 405 or 408 or 413 or 415 })
        {
            await Api.Refuse(http.Response.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => ProblemKind.TooSlow,
                StatusCodes.Status413PayloadTooLarge => ProblemKind.TooLarge,
                var status => new ProblemKind("not-found", "There is no such thing, or it is not for you to know.", status),
            }).ExecuteAsync(http);
        }
    }

    /// <summary>A defect, as it is told.</summary>
    internal static ProblemKind Internal { get; } = new("internal", "The node failed to do this; its operator finds why in the log.", 500);

    /// <summary>Where it happened, not what with: an exception's words may quote what was asked.</summary>
    internal static void LogFailure(HttpContext http, Exception e) =>
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Comity.Api").LogError("{Type} at {Route}\n{Stack}", e.GetType().FullName, http.GetEndpoint()?.DisplayName, e.StackTrace);

    private static string? Explain(BadHttpRequestException e) => e.InnerException is System.Text.Json.JsonException json
        ? $"{json.Path ?? "$"}: the JSON cannot be read at line {json.LineNumber + 1}, byte {json.BytePositionInLine}"
        : null;

    private static void Limit(Microsoft.AspNetCore.RateLimiting.RateLimiterOptions limiter, int perMinute)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = async (context, cancel) => await Api.Refuse(new ProblemKind("too-many-requests", "Too many requests in this minute.", 429)).ExecuteAsync(context.HttpContext);
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(
            Caller(http), _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
    }

    /// <summary>A token's hash, or the address of who comes without one.</summary>
    private static string Caller(HttpContext http) =>
        http.Request.Headers.Authorization is { Count: > 0 } token
            ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token.ToString())))
            : http.Connection.RemoteIpAddress?.ToString() ?? "";
}
