using Scailfin.JobController.Access;
using Scailfin.JobController.Settings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what decides who may ask.</summary>
internal static class AccessServices
{
    /// <summary>Adds access control; a sidecar asks for no token, and makes no token file.</summary>
    public static IServiceCollection AddAccess(
        this IServiceCollection services, ServiceMode mode, DataDirectory data, JwtSettings? signed)
    {
        if (mode == ServiceMode.Sidecar)
            return services;
        var administrator = AdministratorToken.LoadOrMake(data);
        return services
            .AddSingleton(provider => new Authenticator(
                administrator,
                new UserTokens(
                    data, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UserTokens>>()),
                signed is { } jwt
                    ? new SignedTokens(
                        jwt, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SignedTokens>>())
                    : null));
    }
}
