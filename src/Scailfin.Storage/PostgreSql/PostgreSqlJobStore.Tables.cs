using Scailfin.Core.Storage;

namespace Scailfin.Storage.PostgreSql;

/// <summary>Finds the existing tables, and creates the service's own.</summary>
internal sealed partial class PostgreSqlJobStore
{
    private const string InsufficientPrivilege = "42501";

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var migrations = new Migrations(database);
        Catalogue catalogue = await Catalogue.ReadAsync(database, cancellationToken);
        bool reana = catalogue.UsesReana(database.Options);
        Migrations.Part part = reana ? Migrations.Reana : Migrations.Own;
        int version = catalogue.HasVersions ? await migrations.VersionAsync(part, cancellationToken) : 0;
        Migrations.Check(part, version);
        try
        {
            if (version < part.Newest)
                await migrations.UpgradeAsync(part, cancellationToken);
        }
        catch (JobStoreException exception)
            when (exception.InnerException is { } inner && PostgreSqlErrors.Is(inner, InsufficientPrivilege))
        {
            if (!reana)
            {
                throw new JobStoreException(
                    $"{database.Options}: the role may not make the tables of the schema scailfin. "
                        + "Grant it CREATE on the database, or make them with the files of src/Scailfin.Storage/Schema.",
                    exception);
            }

            _tables = Reana(catalogue, keepsRequests: false);
            return;
        }

        _tables = reana ? Reana(catalogue, keepsRequests: version == part.Newest ? catalogue.HasReanaJob : true) : new OwnTables();
    }

    /// <summary>
    /// Returns the tables that exist, for an instance that may not create any because it waits for the lease; null if there are none.
    /// </summary>
    private async Task<JobTables?> RecogniseAsync(CancellationToken cancellationToken)
    {
        Catalogue catalogue = await Catalogue.ReadAsync(database, cancellationToken);
        if (catalogue.UsesReana(database.Options))
            return Reana(catalogue, catalogue.HasReanaJob);
        return catalogue.HasOwn ? new OwnTables() : null;
    }

    private ReanaTables Reana(Catalogue catalogue, bool keepsRequests) => new(_backends, catalogue.ReanaColumns, keepsRequests, time);
}
