using Scailfin.JobController.Access;
using Scailfin.JobController.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what decides who may ask.</summary>
internal static class AccessServices
{
    /// <summary>In a sidecar nobody is asked for a token, and no token file is made.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, ServiceSettings settings)
    {
        if (settings.Mode == ServiceMode.Sidecar)
            return services;
        var administrator = AdministratorToken.LoadOrMake(settings.Data);
        return services
            .AddSingleton(provider => new Authenticator(
                administrator,
                new UserTokens(
                    settings.Data, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UserTokens>>()),
                settings.Jwt is { } jwt
                    ? new SignedTokens(
                        jwt, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SignedTokens>>())
                    : null));
    }
}
