import { testRule } from "../rule.fixture.ts";
import { cm006 } from "./cm006.ts";

testRule(cm006, {
  finds: [
    {
      about: "lines of HAProxy that lost their section",
      files: { "haproxy.cfg": "mode tcp\nbackend redis\n  server a 10.0.0.1:6379\n" },
      at: ["haproxy.cfg:1"],
    },
  ],
  passes: [
    {
      about: "broken files about something else",
      files: { "roles/web/tasks/main.yml": "- name: Web\nhosts: web\ntasks:\n- apt:\nname: nginx\n" },
    },
    {
      about: "the template of a chart, which is no YAML before it is rendered",
      files: {
        "templates/x.yaml":
          "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n{{ include " +
          '"labels" . | indent 2 }}\n',
      },
    },
  ],
});
