"""Questions to Medallion, one POST of JSON each, on 127.0.0.1 with the session's secret."""

import json
import urllib.error
import urllib.request


class Refused(Exception):
    """What Medallion refuses, with its code and the next step."""

    def __init__(self, code, message, next_step):
        super().__init__(f"{message} [{code}] -> {next_step}")
        self.code = code
        self.text = message
        self.next_step = next_step


class Bridge:
    def __init__(self, url, secret):
        self._url = url
        self._secret = secret
        # A proxy of the user's environment must not be asked for this machine.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def call(self, operation, **request):
        headers = {"authorization": f"Bearer {self._secret}", "content-type": "application/json"}
        body = json.dumps(request).encode()
        try:
            with self._open(urllib.request.Request(f"{self._url}/{operation}", body, headers)) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            refusal = json.load(error)
            raise Refused(refusal["code"], refusal["message"], refusal["nextStep"]) from None
