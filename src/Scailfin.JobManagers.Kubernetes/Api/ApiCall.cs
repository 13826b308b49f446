using Scailfin.Core.JobManagers;

namespace Scailfin.JobManagers.Kubernetes.Api;

/// <summary>Turns "no answer" into what the lifecycle understands.</summary>
internal static class ApiCall
{
    public static async Task<T> ReachAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ApiUnreachableException exception)
        {
            throw new JobManagerUnavailableException(exception.Message, exception);
        }
    }
}
