// The options with which `baton doctor` asks running processes; what they do is loaded with the first one.

export const liveOptions = [
  { flags: "--live", summary: "ask running processes, too: those of --sentinel, or of --file" },
  {
    flags: "--sentinel <places>",
    summary: "ADDRESS:PORT of one Sentinel or more; they name all others",
  },
  {
    flags: "--watch <duration>",
    summary: "with --live: first listen to what Sentinels say, as 60s; 1s to 10m",
  },
  { flags: "--sentinel-user <name>", summary: "ACL user towards Sentinels" },
  { flags: "--sentinel-password-env <variable>", summary: "where their password is" },
  { flags: "--sentinel-password-file <path>", summary: "or the file that holds it" },
  { flags: "--redis-user <name>", summary: "ACL user towards Redis" },
  { flags: "--redis-password-env <variable>", summary: "where its password is" },
  { flags: "--redis-password-file <path>", summary: "or the file that holds it" },
  { flags: "--tls-ca <path>", summary: "PEM of the authority: everything that is asked must speak TLS" },
  { flags: "--tls-cert <path>", summary: "certificate to show, where servers ask for one" },
  { flags: "--tls-key <path>", summary: "its key" },
];
