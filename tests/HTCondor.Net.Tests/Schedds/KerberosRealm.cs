using Scailfin.Testing.Containers;

namespace HTCondor.Net.Tests.Schedds;

/// <summary>A realm inside a site, which its pool trusts. Its only user is alice.</summary>
internal static class KerberosRealm
{
    public const string Password = "a password of a test";

    public static async Task SetUpAsync(HpcContainer site)
    {
        (await site.ExecAsync("root", "sh", "-ec", """
            cat > /etc/krb5.conf <<END
            [libdefaults]
             default_realm = POOL.TEST
             dns_lookup_kdc = false
             dns_canonicalize_hostname = false
             rdns = false
            [realms]
             POOL.TEST = {
              kdc = 127.0.0.1:10088
             }
            [domain_realm]
             .pool.test = POOL.TEST
            END
            mkdir -p /etc/krb5kdc
            cat > /etc/krb5kdc/kdc.conf <<END
            [kdcdefaults]
             kdc_listen = 127.0.0.1:10088
             kdc_tcp_listen = 127.0.0.1:10088
            [realms]
             POOL.TEST = {
              database_name = /var/lib/krb5kdc/principal
              key_stash_file = /etc/krb5kdc/stash
             }
            END
            kdb5_util create -s -P master -r POOL.TEST
            kadmin.local addprinc -randkey host/127-0-0-1.pool.test
            kadmin.local ktadd -k /etc/krb5.keytab host/127-0-0-1.pool.test
            echo 'POOL.TEST = pool.test' > /etc/condor/kerberos.map
            krb5kdc > /dev/null 2>&1
            """)).OutputOfSuccess();
        (await site.ExecAsync("root", "kadmin.local", "addprinc", "-pw", Password, "alice")).OutputOfSuccess();
        await site.ConfigureCondorAsync(
            "SEC_DEFAULT_AUTHENTICATION_METHODS = FS, IDTOKENS, KERBEROS\nKERBEROS_MAP_FILE = /etc/condor/kerberos.map");
    }
}
