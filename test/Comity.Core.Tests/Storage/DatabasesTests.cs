using Comity.Core.Storage;
using Npgsql;

namespace Comity.Core.Tests.Storage;

public sealed class DatabasesTests
{
    [Theory]
    [InlineData("Host=db.example;Database=comity;Username=node;Password=x", "PostgreSQL")]
    [InlineData("server=db.example", "PostgreSQL")]
    [InlineData("postgres://node:p%40ss@db.example:5433/comity?sslmode=VerifyFull&application_name=node", "PostgreSQL")]
    [InlineData("postgresql://db.example", "PostgreSQL")]
    [InlineData("Host=a:5432,b:5433;Database=comity;Target Session Attributes=read-write", "PostgreSQL")]
    [InlineData("postgres://node:p%40ss@a:1,b:2/comity?target_session_attrs=read-write", "PostgreSQL")]
    [InlineData("postgres://a,[::1]:5433,c", "PostgreSQL")]
    [InlineData("/var/lib/comity/node.db", "SQLite")]
    [InlineData("node.db", "SQLite")]
    [InlineData("Data Source=node.db", "SQLite")]
    [InlineData("data source=\"a=b;c.db\"", "SQLite")]
    public void A_setting_names_one_kind_of_database(string setting, string kind)
    {
        using var database = Databases.Open(setting);

        Assert.Equal(kind, database.Kind);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("Database=comity", "neither")]
    [InlineData("Data Source=node.db;Password=pass3", "more than a Data Source")]
    [InlineData("Host=h;Password=pa;ss3=1", "does not know")]
    [InlineData("Host=h;Password=pass3;Port=pass3", "'port'")]
    [InlineData("Host=h;Password='pass3", "name=value")]
    [InlineData("Host=h;Password=pa;ss3", "name=value")]
    [InlineData("postgres://node:pa@ss3@h/db", "postgres://")]
    [InlineData("postgres://node:pa/ss3@h/db", "postgres://")]
    [InlineData("postgres://node:12/ss3@h/db", "postgres://")]
    [InlineData("postgres://node:12?ss3@h/db", "postgres://")]
    [InlineData("postgres://node:12#ss3@h/db", "postgres://")]
    [InlineData("postgres:///db", "postgres://")]
    [InlineData("postgres://a,b:pass3/db", "postgres://")]
    [InlineData("postgres://node:pa@ss3@a,b/db", "postgres://")]
    [InlineData("Host=a,b;Password=pass3;Target Session Attributes=standby", "primary")]
    [InlineData("postgres://h/db?ss3=1", "query parameter 1")]
    [InlineData("postgres://h/db?port=pass3", "'port'")]
    public void A_setting_that_cannot_be_read_is_refused_and_says_why_without_a_secret(string setting, string why)
    {
        var refusal = Assert.Throws<StorageException>(() => Databases.Open(setting));

        Assert.False(refusal.Away);
        Assert.Null(refusal.InnerException);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ss3", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("53100", true, false)]
    [InlineData("58030", true, false)]
    [InlineData("58P01", true, false)]
    [InlineData("XX001", true, false)]
    [InlineData("XX002", true, false)]
    [InlineData("08006", false, true)]
    [InlineData("57P01", false, true)]
    [InlineData("57P02", false, true)]
    [InlineData("57P03", false, true)]
    [InlineData("53300", false, true)]
    [InlineData("55P03", false, true)]
    [InlineData("23505", false, false)]
    [InlineData("42P01", false, false)]
    [InlineData("28P01", false, false)]
    [InlineData("XX000", false, false)]
    public void A_failure_of_the_server_is_told_from_one_of_the_change(string state, bool fatal, bool away)
    {
        using var database = Databases.Open("Host=h");
        var failure = new PostgresException("it failed", "ERROR", "ERROR", state);

        Assert.Equal(fatal, database.IsFatal(failure));
        Assert.Equal(away, database.IsAway(failure));
    }
}
