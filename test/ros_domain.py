# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds a ROS domain that no other test run and no running robot uses."""
import os
import socket

# Above 101 the ports of a domain reach those that Linux gives to outgoing connections.
DOMAINS = range(10, 101)


def claim_domain():
    """Return (domain, lock); the domain is ours until the lock, a socket, is closed or the process ends.

    Two test runs keep apart by a listening TCP port. DDS itself uses UDP, so the lock does not disturb it;
    that the first UDP port of a participant is free shows that nobody else is in the domain.
    """
    # Runs that start together begin at different places, so they hardly ever meet.
    start = os.getpid() % len(DOMAINS)
    for domain in list(DOMAINS[start:]) + list(DOMAINS[:start]):
        port = 7400 + 250 * domain
        lock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            lock.bind(('127.0.0.1', port))
            lock.listen(1)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first_participant:
                first_participant.bind(('', port + 10))
        except OSError:
            lock.close()
            continue
        return domain, lock
    raise RuntimeError('no free ROS domain in {}..{}: end other test runs'.format(DOMAINS[0], DOMAINS[-1]))
