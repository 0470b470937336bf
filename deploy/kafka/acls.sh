#!/bin/sh
# Written by `python -m deploy.rights` from what each service hears and announces.
#
#   KAFKA_ACLS="kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties" \
#       sh deploy/kafka/acls.sh
#
# The broker needs an authorizer (org.apache.kafka.metadata.authorizer.StandardAuthorizer) that lets
# nobody in by default, and one user per service (SASL or certificates). What an older version was
# given and this one needs no more stays until it is taken back: compare with `--list`.
set -eu
: "${KAFKA_ACLS:=kafka-acls.sh --bootstrap-server kafka:9092}"

allow() { # USER OPERATION RESOURCES...
    user="$1" operation="$2"
    shift 2
    $KAFKA_ACLS --add --allow-principal "User:$user" --operation "$operation" "$@"
}

allow audits Read \
    --topic audits.replay \
    --topic breaches.v1 \
    --topic contracts.v1 \
    --topic onboarding.v1 \
    --topic subcontractors.v1
allow audits Write \
    --topic audits.v1 \
    --topic audits.dead
allow audits Read \
    --group audits
allow operator Read \
    --topic audits.v1 \
    --topic audits.replay \
    --topic audits.dead \
    --topic breaches.v1 \
    --topic breaches.replay \
    --topic breaches.dead \
    --topic console.v1 \
    --topic console.replay \
    --topic console.dead \
    --topic payments.in.v1 \
    --topic contracts.v1 \
    --topic contracts.replay \
    --topic contracts.dead \
    --topic notifications.v1 \
    --topic notifications.replay \
    --topic notifications.dead \
    --topic onboarding.v1 \
    --topic onboarding.replay \
    --topic onboarding.dead \
    --topic screening.v1 \
    --topic screening.replay \
    --topic screening.dead \
    --topic subcontractors.v1 \
    --topic subcontractors.replay \
    --topic subcontractors.dead
allow operator Write \
    --topic audits.v1 \
    --topic audits.replay \
    --topic audits.dead \
    --topic breaches.v1 \
    --topic breaches.replay \
    --topic breaches.dead \
    --topic console.v1 \
    --topic console.replay \
    --topic console.dead \
    --topic payments.in.v1 \
    --topic contracts.v1 \
    --topic contracts.replay \
    --topic contracts.dead \
    --topic notifications.v1 \
    --topic notifications.replay \
    --topic notifications.dead \
    --topic onboarding.v1 \
    --topic onboarding.replay \
    --topic onboarding.dead \
    --topic screening.v1 \
    --topic screening.replay \
    --topic screening.dead \
    --topic subcontractors.v1 \
    --topic subcontractors.replay \
    --topic subcontractors.dead
allow operator Create \
    --topic audits.v1 \
    --topic audits.replay \
    --topic audits.dead \
    --topic breaches.v1 \
    --topic breaches.replay \
    --topic breaches.dead \
    --topic console.v1 \
    --topic console.replay \
    --topic console.dead \
    --topic payments.in.v1 \
    --topic contracts.v1 \
    --topic contracts.replay \
    --topic contracts.dead \
    --topic notifications.v1 \
    --topic notifications.replay \
    --topic notifications.dead \
    --topic onboarding.v1 \
    --topic onboarding.replay \
    --topic onboarding.dead \
    --topic screening.v1 \
    --topic screening.replay \
    --topic screening.dead \
    --topic subcontractors.v1 \
    --topic subcontractors.replay \
    --topic subcontractors.dead
allow operator Alter \
    --topic audits.v1 \
    --topic audits.replay \
    --topic audits.dead \
    --topic breaches.v1 \
    --topic breaches.replay \
    --topic breaches.dead \
    --topic console.v1 \
    --topic console.replay \
    --topic console.dead \
    --topic payments.in.v1 \
    --topic contracts.v1 \
    --topic contracts.replay \
    --topic contracts.dead \
    --topic notifications.v1 \
    --topic notifications.replay \
    --topic notifications.dead \
    --topic onboarding.v1 \
    --topic onboarding.replay \
    --topic onboarding.dead \
    --topic screening.v1 \
    --topic screening.replay \
    --topic screening.dead \
    --topic subcontractors.v1 \
    --topic subcontractors.replay \
    --topic subcontractors.dead
allow operator Describe \
    --topic audits.v1 \
    --topic audits.replay \
    --topic audits.dead \
    --topic breaches.v1 \
    --topic breaches.replay \
    --topic breaches.dead \
    --topic console.v1 \
    --topic console.replay \
    --topic console.dead \
    --topic payments.in.v1 \
    --topic contracts.v1 \
    --topic contracts.replay \
    --topic contracts.dead \
    --topic notifications.v1 \
    --topic notifications.replay \
    --topic notifications.dead \
    --topic onboarding.v1 \
    --topic onboarding.replay \
    --topic onboarding.dead \
    --topic screening.v1 \
    --topic screening.replay \
    --topic screening.dead \
    --topic subcontractors.v1 \
    --topic subcontractors.replay \
    --topic subcontractors.dead
allow keda Describe \
    --topic audits.v1 \
    --topic audits.replay \
    --topic audits.dead \
    --topic breaches.v1 \
    --topic breaches.replay \
    --topic breaches.dead \
    --topic console.v1 \
    --topic console.replay \
    --topic console.dead \
    --topic payments.in.v1 \
    --topic contracts.v1 \
    --topic contracts.replay \
    --topic contracts.dead \
    --topic notifications.v1 \
    --topic notifications.replay \
    --topic notifications.dead \
    --topic onboarding.v1 \
    --topic onboarding.replay \
    --topic onboarding.dead \
    --topic screening.v1 \
    --topic screening.replay \
    --topic screening.dead \
    --topic subcontractors.v1 \
    --topic subcontractors.replay \
    --topic subcontractors.dead
allow operator Read \
    --group audits \
    --group breaches \
    --group console \
    --group contracts \
    --group contracts-payments \
    --group notifications \
    --group onboarding \
    --group screening \
    --group subcontractors
allow keda Describe \
    --group audits \
    --group breaches \
    --group console \
    --group contracts \
    --group contracts-payments \
    --group notifications \
    --group onboarding \
    --group screening \
    --group subcontractors
allow breaches Read \
    --topic audits.v1 \
    --topic breaches.replay \
    --topic contracts.v1 \
    --topic notifications.v1 \
    --topic onboarding.v1 \
    --topic screening.v1 \
    --topic subcontractors.v1
allow breaches Write \
    --topic breaches.v1 \
    --topic breaches.dead
allow breaches Read \
    --group breaches
allow console Read \
    --topic audits.v1 \
    --topic breaches.v1 \
    --topic console.replay \
    --topic contracts.v1 \
    --topic notifications.v1 \
    --topic onboarding.v1 \
    --topic screening.v1 \
    --topic subcontractors.v1
allow console Write \
    --topic console.dead
allow console Read \
    --group console
allow contracts Read \
    --topic breaches.v1 \
    --topic contracts.replay \
    --topic onboarding.v1 \
    --topic payments.in.v1 \
    --topic screening.v1 \
    --topic subcontractors.v1
allow contracts Write \
    --topic contracts.v1 \
    --topic contracts.dead
allow contracts Read \
    --group contracts \
    --group contracts-payments
allow notifications Read \
    --topic audits.v1 \
    --topic breaches.v1 \
    --topic contracts.v1 \
    --topic notifications.replay \
    --topic notifications.v1 \
    --topic onboarding.v1 \
    --topic screening.v1 \
    --topic subcontractors.v1
allow notifications Write \
    --topic notifications.v1 \
    --topic notifications.dead
allow notifications Read \
    --group notifications
allow onboarding Read \
    --topic audits.v1 \
    --topic breaches.v1 \
    --topic contracts.v1 \
    --topic onboarding.replay \
    --topic screening.v1 \
    --topic subcontractors.v1
allow onboarding Write \
    --topic onboarding.v1 \
    --topic onboarding.dead
allow onboarding Read \
    --group onboarding
allow screening Read \
    --topic breaches.v1 \
    --topic contracts.v1 \
    --topic onboarding.v1 \
    --topic screening.replay
allow screening Write \
    --topic screening.v1 \
    --topic screening.dead
allow screening Read \
    --group screening
allow subcontractors Read \
    --topic breaches.v1 \
    --topic contracts.v1 \
    --topic onboarding.v1 \
    --topic screening.v1 \
    --topic subcontractors.replay
allow subcontractors Write \
    --topic subcontractors.v1 \
    --topic subcontractors.dead
allow subcontractors Read \
    --group subcontractors
