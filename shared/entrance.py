"""Why a broker does not let us in, in one sentence.

Its clients only say that none of the servers could be used: what each of them answered, they write
to a log. So the first server is asked once more, over one connection.
"""

import ssl

from aiokafka.conn import create_conn
from aiokafka.errors import AuthenticationFailedError, BrokerResponseError, KafkaError

from shared.brokers import Brokers

PATIENCE = 5_000  # milliseconds
PORT = 9092  # where none is named


class NotLetIn(Exception):
    """The broker refuses us as ANSVAR_KAFKA_URL says it; the message says why. It will not pass."""


async def what_hinders(brokers: Brokers) -> str:
    """Why the first of the servers does not let us in; nothing where it does now.

    Raises `NotLetIn` where that will not pass by itself.
    """
    server = brokers.servers.partition(",")[0]
    host, _, port = server.partition(":")
    told = brokers.options()
    del told["bootstrap_servers"]
    try:
        asked = {"request_timeout_ms": PATIENCE, **told}
        connection = await create_conn(host, int(port or PORT), **asked)
    except ssl.SSLCertVerificationError as error:
        why = f"its certificate is not trusted ({error.verify_message})"
        raise NotLetIn(
            f"the broker at {server} is not who it should be: {why}; see ca= in ANSVAR_KAFKA_URL"
        ) from error
    except ssl.SSLError as error:
        why = error.reason or str(error)
        raise NotLetIn(f"the broker at {server} does not speak TLS as it should: {why}") from error
    except (BrokerResponseError, AuthenticationFailedError) as error:
        said = str(error).partition(": ")[2] or str(error)
        who = brokers.user or "us"
        raise NotLetIn(f"the broker at {server} does not let {who} in: {said}") from error
    except KafkaError as error:
        return f"the broker at {server} does not answer as a broker on this line: {error}"
    except TimeoutError:
        return f"the broker at {server} does not answer within {PATIENCE // 1000} s"
    except (OSError, ValueError) as error:
        return f"the broker at {server} cannot be reached: {error}"
    connection.close()
    return ""
